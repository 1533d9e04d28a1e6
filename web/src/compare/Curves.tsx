import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { Clip } from "../clip/model";
import { hasCurve, type Measured } from "../clip/numbers";
import { linear, runs, ticks, valuesShown } from "../clip/scale";
import { useSize } from "../clip/useSize";
import { wordsOf } from "../clip/words";
import { digitsOf, number } from "../format";
import { t } from "../strings/text";
import type { Aligned } from "./align";
import { alikeOf } from "./alike";

interface CurvesProps {
  left: Clip;
  right: Clip;
  aligned: { left: Aligned; right: Aligned };
  offset: number;
  names: readonly [left: string, right: string];
}

const HEIGHT = 200;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 8, 24];

/** One number of both clips over time, on the axis of the event that they are lined up at. */
export function Curves({ left, right, aligned, offset, names }: CurvesProps) {
  const words = t().compare;
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const summary = left.results.value.pose.pose_summary;
  const alike = alikeOf(left, right);
  const both = alike.left.flatMap((one): [Measured, Measured][] => {
    const other = alike.right.find(({ name, unit }) => name === one.name && unit === one.unit);
    return other && hasCurve(one) && hasCurve(other) ? [[one, other]] : [];
  });
  const chosen = useSignal(both[0]?.[0].name ?? "");
  const shown = both.find(([{ name }]) => name === chosen.value);
  if (!shown) return null;
  const [one, other] = shown;
  const anchors = [aligned.left.anchor, aligned.right.anchor] as const;
  const times = [one, other].flatMap(({ series }, index) =>
    (series?.t_ms ?? []).map((time) => time - (anchors[index] ?? 0)),
  );
  const spans = [valuesShown(one), valuesShown(other)];
  const x = linear([Math.min(...times), Math.max(...times)], [LEFT, Math.max(LEFT + 1, width - RIGHT)]);
  const values = [Math.min(...spans.map(([low]) => low)), Math.max(...spans.map(([, high]) => high))] as const;
  const y = linear(values, [HEIGHT - BOTTOM, TOP]);
  const title = wordsOf(one, summary).title;
  return (
    <figure class="curves" aria-label={words.curves(title)}>
      <figcaption>
        <label>
          <span class="visually-hidden">{words.number}</span>
          <select
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {both.map(([{ name }, _]) => (
              <option key={name} value={name}>
                {wordsOf(alike.right.find((of) => of.name === name) ?? one, summary).title}
              </option>
            ))}
          </select>
        </label>
        <span class="curve-key first">{names[0]}</span>
        <span class="curve-key second">{names[1]}</span>
      </figcaption>
      <div ref={box}>
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {ticks(values, 4).map((value) => (
            <g key={value}>
              <line class="chart-grid" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
              <text class="chart-label" x={LEFT - 6} y={y(value) + 4} text-anchor="end">
                {number(value, digitsOf(one.unit))}
              </text>
            </g>
          ))}
          {ticks([Math.min(...times), Math.max(...times)], 5).map((time) => (
            <text key={time} class="chart-label" x={x(time)} y={HEIGHT - 6} text-anchor="middle">
              {number(time, 0)}
            </text>
          ))}
          <line class="chart-event" x1={x(0)} x2={x(0)} y1={TOP} y2={HEIGHT - BOTTOM} />
          {shown.map((of, index) =>
            runs(of.series ?? { t_ms: [], value: [] }).map((run) => (
              <polyline
                key={`${index}-${run[0]?.t_ms}`}
                class={index === 0 ? "chart-curve" : "chart-curve second"}
                points={run.map((point) => `${x(point.t_ms - (anchors[index] ?? 0))},${y(point.value)}`).join(" ")}
              />
            )),
          )}
          <line class="chart-playhead" x1={x(offset)} x2={x(offset)} y1={TOP} y2={HEIGHT - BOTTOM} />
        </svg>
      </div>
      <p class="small">{words.axis}</p>
    </figure>
  );
}
