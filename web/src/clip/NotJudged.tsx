import { t } from "../strings/text";
import type { Clip } from "./model";
import { byReason, type Measured, numbersOf } from "./numbers";
import { Pick } from "./Pick";
import { RangeBar } from "./RangeBar";
import { isJudged } from "./verdict";
import { errorText, valueText, wordsOf } from "./words";

/** What has no verdict, by reason: a value that is too unsure is shown as such. */
export function NotJudged({ clip }: { clip: Clip }) {
  const results = clip.results.value;
  const numbers = numbersOf(results).filter((of) => of.kind === "metric" && !isJudged(of));
  if (!numbers.length) return null;
  const titleOf = (of: Measured) => wordsOf(of, results.pose.pose_summary).title;
  return (
    <section class="numbers" aria-labelledby="open">
      <h2 id="open">{t().reading.verdict.none}</h2>
      <ul class="open-list card">
        {byReason(numbers).map(([reason, members]) => {
          const unmeasured = members.filter(({ value }) => value === null);
          return (
            <li key={reason}>
              {unmeasured.length > 0 && <h3>{unmeasured.map(titleOf).join(" · ")}</h3>}
              {members
                .filter(({ value }) => value !== null)
                .map((of) => (
                  <div key={of.name} class={clip.picked.value === of.name ? "open-number picked" : "open-number"}>
                    <h3>
                      <Pick clip={clip} of={of} title={titleOf(of)} />
                    </h3>
                    <span>
                      {valueText(of)} {errorText(of)}
                    </span>
                    <RangeBar number={of} faded />
                  </div>
                ))}
              <p class="small">{reason || t().reading.tiles.notMeasured}</p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
