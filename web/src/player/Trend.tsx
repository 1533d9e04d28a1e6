import type { NumberLine } from "../api/schema";
import { hasBand, linear, ticks } from "../clip/scale";
import { withError } from "../clip/words";
import { date, number } from "../format";
import { valuesOf } from "./lines";
import { w } from "./words";

const [WIDTH, HEIGHT] = [360, 130];
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 14, 8, 22];
/** More points than these have no room for a dot each. */
const MOST_DOTS = 40;

/** A number of each clip with its error, on what others did; the clips stand one after another, from old to new. */
export function Trend({ line, says }: { line: NumberLine; says: string }) {
  const { points, reference } = line;
  const values = valuesOf(line);
  const y = linear(values, [HEIGHT - BOTTOM, TOP]);
  const held = (value: number) => Math.max(TOP, Math.min(HEIGHT - BOTTOM, y(value)));
  const last = points.length - 1;
  const x = (index: number) =>
    last === 0 ? (LEFT + WIDTH - RIGHT) / 2 : linear([0, last], [LEFT + 10, WIDTH - RIGHT])(index);
  const [first, newest] = [points[0], points[last]];
  const band = hasBand(reference) && [held(reference.high ?? values[1]), held(reference.low ?? values[0])];
  return (
    <svg class="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={says}>
      {band && (
        <rect
          class="range-reference"
          x={LEFT}
          y={band[0]}
          width={WIDTH - RIGHT - LEFT + 6}
          height={(band[1] ?? 0) - (band[0] ?? 0)}
        />
      )}
      {ticks(values, 3).map((tick) => (
        <g key={tick}>
          <line class="chart-grid" x1={LEFT} x2={WIDTH - RIGHT + 6} y1={y(tick)} y2={y(tick)} />
          <text class="chart-label end" x={LEFT - 6} y={y(tick) + 4}>
            {number(tick, Math.max(line.digits, decimalsOf(tick)))}
          </text>
        </g>
      ))}
      {last > 0 && (
        <polyline class="trend-line" points={points.map(({ value }, index) => `${x(index)},${y(value)}`).join(" ")} />
      )}
      {points.map(({ job_id, action, value, uncertainty }, index) => (
        <g key={`${job_id}${action}`}>
          <line
            class="trend-error"
            x1={x(index)}
            x2={x(index)}
            y1={y(value - uncertainty)}
            y2={y(value + uncertainty)}
          />
          {last < MOST_DOTS && (
            <circle class={index === last ? "trend-dot newest" : "trend-dot"} cx={x(index)} cy={y(value)} r={4} />
          )}
        </g>
      ))}
      {first && newest && last > 0 && (
        <>
          <text class="chart-label" x={LEFT} y={HEIGHT - 5}>
            {date(first.at)}
          </text>
          <text class="chart-label end" x={WIDTH - RIGHT + 6} y={HEIGHT - 5}>
            {date(newest.at)}
          </text>
        </>
      )}
    </svg>
  );
}

function decimalsOf(tick: number): number {
  return `${tick}`.split(".")[1]?.length ?? 0;
}

/** `58 % ± 4`. */
export function pointText(
  { unit, digits }: NumberLine,
  point: { value: number; uncertainty: number } | undefined,
): string {
  return point ? withError({ unit, digits, value: point.value, error: point.uncertainty }) : "";
}

/** A line in a sentence. */
export function lineText(line: NumberLine, title: string): string {
  const { points } = line;
  return w().says(title, points.length, pointText(line, points[0]), pointText(line, points.at(-1)));
}
