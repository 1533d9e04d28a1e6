import { number, percent, seconds } from "../format";
import { t } from "../strings/text";
import { Drop } from "../ui/Drop";
import { Icon } from "../ui/Icon";
import type { Clip } from "./model";
import { numbersOf } from "./numbers";
import { isJudged } from "./verdict";
import { actionText, viewText, wordsOf } from "./words";

/** What the film is, in the second line of the head, and what was not judged in it. */
export function Facts({ clip }: { clip: Clip }) {
  const words = t().reading.head;
  const results = clip.results.value;
  const summary = results.pose.pose_summary;
  const fps = number(summary.source_fps, 0);
  const open = numbersOf(results).filter((of) => of.kind === "metric" && !isJudged(of));
  return (
    <>
      <span>{actionText(summary)}</span>
      <span>{viewText(summary)}</span>
      <span>
        {summary.frames_detected === summary.frames_sampled
          ? words.frames(summary.frames_sampled, fps)
          : words.framesSome(summary.frames_detected, summary.frames_sampled, fps)}
      </span>
      {open.length > 0 && (
        <Drop
          class="link"
          label={
            <>
              <Icon name="none" /> {words.notJudged(open.length)}
            </>
          }
        >
          <dl class="reasons">
            {open.map((of) => (
              <div key={of.name}>
                <dt>{wordsOf(of, summary).title}</dt>
                <dd>{of.reason ?? t().reading.tiles.notMeasured}</dd>
              </div>
            ))}
          </dl>
        </Drop>
      )}
    </>
  );
}

/** What the film does not show, and how to film it next time. */
export function CaptureStrip({ clip }: { clip: Clip }) {
  const words = t().reading.capture;
  const { level, notes } = clip.results.value.findings.capture_quality;
  const [first, ...more] = [...limitsOf(clip), ...notes];
  const lead = (
    <>
      <Icon name="camera" /> <b>{words.level[level]}</b>
    </>
  );
  if (!first) return <p class="capture">{lead}</p>;
  const sentence = (
    <>
      {lead} <span>{first}</span>
    </>
  );
  if (!more.length) return <p class="capture">{sentence}</p>;
  return (
    <details class="capture">
      <summary>
        {sentence} <span class="more">+{more.length}</span>
      </summary>
      <ul>
        {more.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

const RARELY = 0.9;

/** What keeps the film from showing more, in sentences. */
export function limitsOf(clip: Clip): string[] {
  const words = t().reading.capture;
  const { truncated, decoded_ms, people_seen, detection_rate } = clip.results.value.pose.pose_summary;
  const limits: string[] = [];
  if (truncated) limits.push(words.truncated(seconds(decoded_ms)));
  if (people_seen !== null && people_seen > 1) limits.push(words.people(people_seen));
  if (detection_rate === 0) limits.push(words.nobody);
  else if (detection_rate < RARELY) limits.push(words.rarely(percent(detection_rate)));
  return limits;
}
