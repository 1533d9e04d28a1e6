import { number } from "../format";
import type { Plot } from "./Curve";
import { type Span, ticks } from "./scale";

/** Pixels that a number under the plot needs. */
const APART = 75;

/** The numbers and lines around a plot; `zero` is the time that the others are told from. */
export function Axes({ plot, zero = 0 }: { plot: Plot; zero?: number }) {
  const { x, y, times, values, left, right, bottom } = plot;
  return (
    <>
      {ticks(values, 3).map((tick) => (
        <g key={tick}>
          <line class="chart-grid" x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text class="chart-label end" x={left - 6} y={y(tick) + 4}>
            {number(tick, tickDigits(values))}
          </text>
        </g>
      ))}
      {ticks([times[0] - zero, times[1] - zero], Math.max(2, Math.floor(right / APART))).map((tick) => (
        <text key={tick} class="chart-label middle" x={x(tick + zero)} y={bottom + 15}>
          {number(tick, 0)}
        </text>
      ))}
    </>
  );
}

function tickDigits([low, high]: Span): number {
  const step = (high - low) / 3;
  return step >= 2 ? 0 : step >= 0.2 ? 1 : 2;
}
