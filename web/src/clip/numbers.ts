import type { MetricTarget, Moment, Results, Series } from "../api/types";

/** One number of the results, whatever part of them it comes from. */
export interface Measured {
  /** The API's name, such as `front_knee_brace_score`. */
  name: string;
  /** Judged against a target, or only described. */
  kind: "metric" | "measure";
  value: number | null;
  unit: string;
  /** Half-width of a 90 % interval, in `unit`. */
  error: number | null;
  confidence: number;
  /** 0–1; null where the value is not judged. */
  score: number | null;
  /** Why there is no value, or no score. */
  reason: string | null;
  at: Moment | null;
  target: MetricTarget | null;
  series: Series | null;
  /** The moments that show it, the most telling first. */
  moments: readonly Moment[];
}

/** Every number that the results hold, in their order. */
export function numbersOf(results: Results): Measured[] {
  return Object.entries(results.metrics).map(([name, metric]) => ({
    name,
    kind: "metric",
    value: metric.value,
    unit: metric.unit,
    error: metric.error,
    confidence: metric.confidence,
    score: metric.score,
    reason: metric.reason,
    at: metric.at ?? null,
    target: metric.target ?? null,
    series: metric.series,
    moments: metric.at ? [metric.at, ...metric.worst] : metric.worst,
  }));
}

/** The value of the series at the frame with the time `t_ms`, to the API's 0.001 ms; null where it has none. */
export function valueAt(series: Series | null, t_ms: number): number | null {
  const index = series?.t_ms.findIndex((time) => Math.abs(time - t_ms) < 0.0015) ?? -1;
  return series?.value[index] ?? null;
}
