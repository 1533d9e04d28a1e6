import type { Measure, MetricTarget, Moment, Reference, Results, Series } from "../api/types";

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
  /** The API's own words, and what others did; metrics have none. */
  title: string | null;
  says: string | null;
  group: string | null;
  digits: number | null;
  reference: Reference | null;
}

const NO_WORDS = { title: null, says: null, group: null, digits: null, reference: null };

/** Every number of the action that the report is of, in their order. */
export function numbersOf(results: Results): Measured[] {
  const metrics = Object.entries(results.metrics).map(
    ([name, metric]): Measured => ({
      ...NO_WORDS,
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
    }),
  );
  const main = results.primary_action ?? null;
  const measures = results.measures?.filter(({ action }) => action === main) ?? [];
  return [...metrics, ...measures.map(described)];
}

/** A measure's value belongs to the last of its moments: a change is known at its end. */
function described({ uncertainty, moments, series = null, ...measure }: Measure): Measured {
  const last = moments.toReversed();
  return {
    ...measure,
    kind: "measure",
    error: uncertainty,
    score: null,
    target: null,
    at: last[0] ?? null,
    moments: last,
    series,
  };
}

/** The value of the series at the frame with the time `t_ms`, to the API's 0.001 ms; null where it has none. */
export function valueAt(series: Series | null, t_ms: number): number | null {
  const index = series?.t_ms.findIndex((time) => Math.abs(time - t_ms) < 0.0015) ?? -1;
  return series?.value[index] ?? null;
}

/** Whether a curve can be drawn: two values at least. */
export function hasCurve({ series }: Measured): boolean {
  return (series?.value.filter((value) => value !== null).length ?? 0) > 1;
}

/** Those that share a reason, together; an empty one for those that have none. */
export function byReason(numbers: readonly Measured[]): [reason: string, members: Measured[]][] {
  const found = new Map<string, Measured[]>();
  for (const of of numbers) found.set(of.reason ?? "", [...(found.get(of.reason ?? "") ?? []), of]);
  return [...found];
}
