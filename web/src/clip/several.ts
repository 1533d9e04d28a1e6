import { field, isFields, items, number } from "./extras";

/** One of several deliveries or strokes in the clip. */
export interface ActionSummary {
  index: number;
  start_ms: number;
  end_ms: number;
  /** Whether only the first pass read it. */
  coarse: boolean;
  metrics: ActionNumber[];
}

export interface ActionNumber {
  name: string;
  value: number;
  error: number | null;
  score: number | null;
}

/** The actions of the results; what is odd is left out. */
export function actionsOf(results: unknown): ActionSummary[] {
  return items(results, "actions").flatMap((item, position) => {
    const [start_ms, end_ms] = windowOf(field(item, "window"));
    if (start_ms === null || end_ms === null) return [];
    const metrics = field(item, "metrics");
    return [
      {
        index: number(item, "index") ?? position,
        start_ms,
        end_ms,
        coarse: field(item, "read") === "coarse",
        metrics: Object.entries(isFields(metrics) ? metrics : {}).flatMap(([name, metric]) => {
          const value = number(metric, "value");
          if (value === null) return [];
          return [{ name, value, error: number(metric, "error"), score: number(metric, "score") }];
        }),
      },
    ];
  });
}

function windowOf(window: unknown): [number | null, number | null] {
  if (Array.isArray(window)) return [Number(window[0] ?? 0), Number(window[1] ?? 0)];
  return [number(window, "start_ms"), number(window, "end_ms")];
}

/** One number over all actions that have it. */
export interface Over {
  name: string;
  of: { index: number; value: number; error: number | null; score: number | null }[];
  mean: number;
  /** Standard deviation, of a sample. */
  spread: number;
  /** Index of the action with the best score and of that with the worst; null where they are the same. */
  best: number | null;
  worst: number | null;
}

/** The number in each action; null where fewer than two have it. */
export function overAll(name: string, actions: readonly ActionSummary[]): Over | null {
  const of = actions.flatMap(({ index, metrics }) =>
    metrics.filter((metric) => metric.name === name).map(({ value, error, score }) => ({ index, value, error, score })),
  );
  if (of.length < 2) return null;
  const mean = of.reduce((sum, { value }) => sum + value, 0) / of.length;
  const spread = Math.sqrt(of.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (of.length - 1));
  const ranked = of.flatMap(({ index, score }) => (score === null ? [] : [{ index, score }]));
  ranked.sort((a, b) => b.score - a.score);
  const [best, worst] = [ranked.at(0), ranked.at(-1)];
  const differ = best && worst && best.score > worst.score;
  return { name, of, mean, spread, best: differ ? best.index : null, worst: differ ? worst.index : null };
}
