import { t } from "../strings/text";
import { Findings } from "./Findings";
import type { Clip } from "./model";
import { SeveralActions } from "./SeveralActions";
import { Numbers } from "./Tiles";
import { Week } from "./Week";

/** What the coach reads under the picture: the numbers, what stood out and the week. */
export function Reading({ clip }: { clip: Clip }) {
  return (
    <>
      <Numbers clip={clip} />
      <SeveralActions clip={clip} part="Comparison" />
      <Findings clip={clip} />
      <Week report={clip.results.value.report} />
      <p class="small foot">{t().reading.foot}</p>
    </>
  );
}
