import type { Clip } from "../clip/model";
import { numbersOf } from "../clip/numbers";
import { frameAt } from "../clip/words";
import { t } from "../strings/text";
import { Drop } from "../ui/Drop";
import { Icon } from "../ui/Icon";
import { toast } from "../ui/Toast";
import { download, fileName, jobJson, landmarksCsv, seriesCsv } from "./files";
import { pictureOf, shownCanvas } from "./picture";
import { evenlyRead, trc } from "./trc";

interface Choice {
  title: string;
  hint: string;
  /** Why it cannot be saved; null where it can. */
  missing: string | null;
  make: () => Promise<Blob> | Blob;
  name: string;
}

/** Every form in which a result leaves the page. */
export function SaveMenu({ clip }: { clip: Clip }) {
  return (
    <Drop
      class="button"
      label={
        <>
          <Icon name="save" /> <span>{t().reading.head.save}</span>
        </>
      }
    >
      <ul class="menu">
        {choicesOf(clip).map(({ title, hint, missing, make, name }) => (
          <li key={title}>
            <button
              type="button"
              disabled={missing !== null}
              onClick={async () => {
                try {
                  download(name, await make());
                } catch {
                  toast(t().reading.save.failed);
                }
              }}
            >
              <b>{title}</b>
              <small>{missing ?? hint}</small>
            </button>
          </li>
        ))}
      </ul>
    </Drop>
  );
}

function choicesOf(clip: Clip): Choice[] {
  const words = t().reading.save;
  const results = clip.results.value;
  const { frames, pose_summary } = results.pose;
  const { title } = clip.session;
  const curves = numbersOf(results).filter(({ series }) => series?.t_ms.length);
  const height_cm = clip.session.height_cm ?? null;
  const noFrames = frames.some(({ landmarks }) => landmarks) ? null : words.noFrames;
  const trcName = fileName(title, `markers-${height_cm === null ? "px" : "m"}`, "trc");
  const frame = clip.step.value?.frame ?? 0;
  return [
    {
      ...{ title: words.png, hint: words.pngHint, name: fileName(title, `frame-${frame}`, "png") },
      missing: clip.step.value?.still ? null : words.noPicture,
      make: () => pictureOf(shownCanvas(), clip),
    },
    {
      ...{ title: words.series, hint: words.seriesHint, name: fileName(title, "curves", "csv") },
      missing: curves.length ? null : words.noSeries,
      make: () => new Blob([seriesCsv(curves, (t_ms) => frameAt(clip, t_ms))], { type: "text/csv" }),
    },
    {
      ...{ title: words.landmarks, hint: words.landmarksHint, name: fileName(title, "landmarks", "csv") },
      missing: noFrames,
      make: () => new Blob([landmarksCsv(frames)], { type: "text/csv" }),
    },
    {
      ...{ title: words.trc, hint: height_cm === null ? words.trcPixels : words.trcMetres, name: trcName },
      missing: noFrames,
      make: () => {
        const read = evenlyRead(frames, pose_summary.fine_window_ms);
        const { height, source_fps: fps } = pose_summary;
        return new Blob([trc({ name: trcName, frames: read, height, fps, height_cm })], { type: "text/plain" });
      },
    },
    {
      ...{ title: words.json, hint: words.jsonHint, name: fileName(title, "result", "json") },
      missing: null,
      make: () => new Blob([jobJson(clip.job.value)], { type: "application/json" }),
    },
  ];
}
