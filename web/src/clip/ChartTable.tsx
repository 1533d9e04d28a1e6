import { number } from "../format";
import { t } from "../strings/text";
import type { Clip } from "./model";
import type { Measured } from "./numbers";
import { errorText, frameAt, valueText } from "./words";

/** The same numbers as a table. */
export function ChartTable({ clip, of, title }: { clip: Clip; of: Measured; title: string }) {
  const words = t().reading;
  const zero = clip.anchor.value?.t_ms ?? 0;
  return (
    <details class="chart-numbers">
      <summary>
        {words.charts.numbers}
        <span class="visually-hidden">: {title}</span>
      </summary>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.charts.frame}</th>
              <th scope="col">ms</th>
              <th scope="col">
                {title} {errorText(of)}
              </th>
            </tr>
          </thead>
          <tbody>
            {of.series?.t_ms.map((t_ms, position) => {
              const event = clip.events.value.find((one) => Math.abs(one.t_ms - t_ms) < 0.0015);
              return (
                <tr key={t_ms}>
                  <th scope="row">
                    {frameAt(clip, t_ms)} {event && words.events[event.name].short}
                  </th>
                  <td>{number(t_ms - zero, 0)}</td>
                  <td>{valueText(of, of.series?.value[position] ?? null) || words.charts.none}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
