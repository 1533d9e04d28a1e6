import type { NumberLine } from "../api/schema";
import type { Span } from "../clip/scale";

/** The lines of what changed by more than its error, the largest change for its error first; and the others. */
export function changedOf(lines: readonly NumberLine[]): { sure: NumberLine[]; open: NumberLine[] } {
  const ranked = lines.filter(({ change }) => change !== null).sort((a, b) => forItsError(b) - forItsError(a));
  return {
    sure: ranked.filter(({ change }) => change?.is_beyond_error),
    open: ranked.filter(({ change }) => !change?.is_beyond_error),
  };
}

/** The lines as they are shown: those with a change in that order, then those of one clip. */
export function inOrder(lines: readonly NumberLine[]): NumberLine[] {
  const { sure, open } = changedOf(lines);
  return [...sure, ...open, ...lines.filter(({ change }) => change === null)];
}

function forItsError({ change }: NumberLine): number {
  return change === null ? -1 : Math.abs(change.value) / Math.max(change.uncertainty, Number.EPSILON);
}

/** How much of the points' own height a reference may add to the axis: one that is further off is left out. */
const REACH = 1.5;

/** The ends of the upright axis: every point with its error, and what others did where it is near. */
export function valuesOf({ points, reference }: Pick<NumberLine, "points" | "reference">): Span {
  let low = Math.min(...points.map(({ value, uncertainty }) => value - uncertainty));
  let high = Math.max(...points.map(({ value, uncertainty }) => value + uncertainty));
  const reach = (high - low) * REACH;
  const [least, most] = [reference?.low ?? null, reference?.high ?? null];
  for (const edge of [least, most]) {
    if (edge === null) continue;
    if (edge < low && low - edge < reach) low = edge;
    if (edge > high && edge - high < reach) high = edge;
  }
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - margin, high + margin];
}
