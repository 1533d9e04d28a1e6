import type { Measured } from "./numbers";
import { type Point, runs, type Span } from "./scale";
import { isJudged } from "./verdict";

/** Where a chart draws, in pixels, and what its axes stand for. */
export interface Plot {
  x: (t_ms: number) => number;
  y: (value: number) => number;
  times: Span;
  values: Span;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** More points than this would run into each other. */
const MOST_DOTS = 40;

/** The curve over its target and its uncertainty, with a gap where nothing was read. */
export function Curve({ of, plot }: { of: Measured; plot: Plot }) {
  if (!of.series) return null;
  const drawn = runs(of.series);
  const error = of.error ?? 0;
  const dots = of.series.t_ms.length <= MOST_DOTS;
  return (
    <>
      {isJudged(of) && <Target of={of} plot={plot} />}
      {drawn.map((run) => (
        <g key={run[0]?.t_ms}>
          {error > 0 && <polygon class="chart-band" points={band(run, error, plot)} />}
          <polyline class="chart-curve" points={run.map((point) => place(point, plot)).join(" ")} />
          {dots &&
            run.map((point) => (
              <circle key={point.t_ms} class="chart-dot" cx={plot.x(point.t_ms)} cy={plot.y(point.value)} r={2.5} />
            ))}
        </g>
      ))}
    </>
  );
}

/** Milliseconds to either side of the one moment that a target is about. */
const AROUND_MOMENT = 45;

/** The target stands where it counts: at the moment that the number is read at, or along the whole curve. */
function Target({ of: { target, at, series }, plot }: { of: Measured; plot: Plot }) {
  const times = at ? [at.t_ms - AROUND_MOMENT, at.t_ms + AROUND_MOMENT] : series?.t_ms;
  if (!target || !times?.length) return null;
  const holdX = (t_ms: number) => Math.max(plot.left, Math.min(plot.right, plot.x(t_ms)));
  const left = holdX(Math.min(...times));
  const right = holdX(Math.max(...times));
  const top = heightOf(target.best[1] ?? plot.values[1], plot);
  const bottom = heightOf(target.best[0] ?? plot.values[0], plot);
  const inside = (value: number | null): value is number =>
    value !== null && value > plot.values[0] && value < plot.values[1];
  return (
    <>
      <rect class="chart-target" x={left} y={top} width={right - left} height={Math.max(0, bottom - top)} />
      {target.fault.filter(inside).map((line) => (
        <line key={line} class="chart-fault" x1={left} x2={right} y1={plot.y(line)} y2={plot.y(line)} />
      ))}
    </>
  );
}

export function place({ t_ms, value }: Point, plot: Plot): string {
  return `${plot.x(t_ms).toFixed(1)},${heightOf(value, plot).toFixed(1)}`;
}

/** Inside of the plot: an error may reach out of it. */
function heightOf(value: number, { y, top, bottom }: Plot): number {
  return Math.max(top, Math.min(bottom, y(value)));
}

/** Half the width of a single point's band, in pixels: as wide as its dot. */
const ALONE = 3;

function band(run: readonly Point[], error: number, plot: Plot): string {
  const [first] = run;
  if (first && run.length === 1) {
    const x = plot.x(first.t_ms);
    const [top, bottom] = [heightOf(first.value + error, plot), heightOf(first.value - error, plot)];
    return `${x - ALONE},${top} ${x + ALONE},${top} ${x + ALONE},${bottom} ${x - ALONE},${bottom}`;
  }
  const edge = (offset: number) => run.map((point) => place({ ...point, value: point.value + offset }, plot));
  return [...edge(error), ...edge(-error).reverse()].join(" ");
}
