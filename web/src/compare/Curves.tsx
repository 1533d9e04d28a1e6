import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Axes } from "../clip/Axes";
import { type Plot, place } from "../clip/Curve";
import type { Clip } from "../clip/model";
import { hasCurve, type Measured } from "../clip/numbers";
import { linear, runs, type Span, valuesShown } from "../clip/scale";
import { useSize } from "../clip/useSize";
import { wordsOf } from "../clip/words";
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
  const [one] = shown;
  const drawn = shown.map(({ series }, index) => {
    const anchor = [aligned.left, aligned.right][index]?.anchor ?? 0;
    return runs({ t_ms: series?.t_ms.map((time) => time - anchor) ?? [], value: series?.value ?? [] });
  });
  const times = endsOf(drawn.flat(2).map(({ t_ms }) => t_ms));
  const values = endsOf(shown.flatMap(valuesShown));
  const ends = { left: LEFT, right: Math.max(LEFT + 1, width - RIGHT), top: TOP, bottom: HEIGHT - BOTTOM };
  const x = linear(times, [ends.left, ends.right]);
  const plot: Plot = { ...ends, x, y: linear(values, [ends.bottom, TOP]), times, values };
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
            {both.map(([one]) => (
              <option key={one.name} value={one.name}>
                {wordsOf(one, summary).title}
              </option>
            ))}
          </select>
        </label>
        <span class="curve-key first">{names[0]}</span>
        <span class="curve-key second">{names[1]}</span>
      </figcaption>
      <div ref={box}>
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Axes plot={plot} />
          <line class="chart-event" x1={x(0)} x2={x(0)} y1={TOP} y2={ends.bottom} />
          {drawn.flatMap((of, index) =>
            of.map((run) => (
              <polyline
                key={`${index}-${run[0]?.t_ms}`}
                class={index === 0 ? "chart-curve" : "chart-curve second"}
                points={run.map((point) => place(point, plot)).join(" ")}
              />
            )),
          )}
          <line class="chart-playhead" x1={x(offset)} x2={x(offset)} y1={TOP} y2={ends.bottom} />
        </svg>
      </div>
      <p class="small">{words.axis}</p>
    </figure>
  );
}

function endsOf(values: readonly number[]): Span {
  return [Math.min(...values), Math.max(...values)];
}
