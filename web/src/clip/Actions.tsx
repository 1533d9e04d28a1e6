import { seconds } from "../format";
import { t } from "../strings/text";
import { actionsOf } from "./extras";
import type { Clip } from "./model";
import { numbersOf } from "./numbers";
import { withError, wordsOf } from "./words";

/** The deliveries or strokes of a clip that holds several, each with its own numbers. */
export function Actions({ clip }: { clip: Clip }) {
  const words = t().reading.actions;
  const results = clip.results.value;
  const actions = actionsOf(results);
  if (actions.length < 2) return null;
  const numbers = numbersOf(results).filter(({ name }) =>
    actions.some(({ metrics }) => metrics.some((metric) => metric.name === name)),
  );
  return (
    <section class="numbers" aria-labelledby="actions">
      <h2 id="actions">{words.title}</h2>
      <div class="card table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.action}</th>
              <th scope="col">{words.time}</th>
              {numbers.map((of) => (
                <th key={of.name} scope="col">
                  {wordsOf(of, results.pose.pose_summary).title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {actions.map(({ index, start_ms, end_ms, metrics }) => (
              <tr key={index}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={() => {
                      clip.playing.value = false;
                      clip.showTime((start_ms + end_ms) / 2);
                    }}
                  >
                    {words.nth(index + 1)}
                  </button>
                </th>
                <td>{seconds(start_ms)}</td>
                {numbers.map((of) => {
                  const metric = metrics.find(({ name }) => name === of.name);
                  if (!metric) return <td key={of.name}>{t().reading.charts.none}</td>;
                  return (
                    <td key={of.name}>
                      {withError({ ...of, error: metric.error }, metric.value)}
                      {!metric.judged && <small> {words.unsure}</small>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
