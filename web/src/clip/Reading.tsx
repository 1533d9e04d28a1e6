import { t } from "../strings/text";
import { Findings } from "./Findings";
import type { Clip } from "./model";
import { saidIn } from "./notes";
import { SeveralActions } from "./SeveralActions";
import { Since } from "./Since";
import { Numbers } from "./Tiles";
import { Week } from "./Week";

/** What the coach reads under the picture: the numbers, what stood out and the week. */
export function Reading({ clip }: { clip: Clip }) {
  const { report } = clip.results.value;
  return (
    <>
      <p class="summary">{saidIn(report).summary}</p>
      <Since clip={clip} />
      <Numbers clip={clip} />
      <SeveralActions clip={clip} part="Comparison" />
      <Findings clip={clip} />
      <Week report={report} />
      <p class="small foot">{t().reading.foot}</p>
    </>
  );
}
