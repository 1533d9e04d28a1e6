import type { Results } from "../api/types";

/** One of several deliveries or strokes in the clip. */
export interface ActionSummary {
  index: number;
  start_ms: number;
  /** Whether only the first pass read it. */
  coarse: boolean;
  numbers: ActionNumber[];
}

export interface ActionNumber {
  name: string;
  value: number;
  error: number | null;
  /** 0–1; null where it is not judged. */
  score: number | null;
}

/** The actions of the results with what was measured of each. */
export function actionsOf({ actions = [], measures = [] }: Pick<Results, "actions" | "measures">): ActionSummary[] {
  return actions.map(({ index, window, read, metrics }) => ({
    index,
    start_ms: window.start_ms,
    coarse: read === "coarse",
    numbers: [
      ...Object.entries(metrics).map(([name, metric]) => ({ name, ...metric })),
      ...measures
        .filter(({ action }) => action === index)
        .map(({ name, value, uncertainty }) => ({ name, value, error: uncertainty, score: null })),
    ].flatMap(({ name, value, error, score }) => (value === null ? [] : [{ name, value, error, score }])),
  }));
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
  const of = actions.flatMap(({ index, numbers }) =>
    numbers.filter((number) => number.name === name).map(({ value, error, score }) => ({ index, value, error, score })),
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
