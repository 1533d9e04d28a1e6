import type { Reference, Series } from "../api/types";
import type { Measured } from "./numbers";

export type Span = readonly [low: number, high: number];

/** Maps `from` onto `to`, both ways round. */
export function linear([low, high]: Span, [start, end]: Span): (value: number) => number {
  const factor = high === low ? 0 : (end - start) / (high - low);
  return (value) => start + (value - low) * factor;
}

/** Round numbers inside of the span, about `wanted` of them. */
export function ticks([low, high]: Span, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Adding the step up would end in 0.30000000000000004.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toFixed(9)),
  );
}

export interface Point {
  t_ms: number;
  value: number;
}

/** The parts of a curve between its gaps. */
export function runs({ t_ms, value }: Series): Point[][] {
  const found: Point[][] = [];
  let open: Point[] | null = null;
  for (const [index, time] of t_ms.entries()) {
    const here = value[index];
    if (here === null || here === undefined) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      found.push(open);
    }
    open.push({ t_ms: time, value: here });
  }
  return found;
}

/** Whether the reference is a range: of a mean or a comparison there are words alone. */
export function hasBand(reference: Reference | null | undefined): reference is Reference {
  return (reference?.low ?? reference?.high ?? null) !== null;
}

/** No value of these units lies below nothing. */
const NEVER_NEGATIVE = new Set(["percent_H", "percent_height", "percent", "ms", "m/s", "m"]);

/** What the upright axis shows: the curve with its error, and the target's near edge where it is not far away. */
export function valuesShown(number: Measured): Span {
  const values = (number.series?.value ?? []).filter((value) => value !== null);
  const error = number.error ?? 0;
  let low = Math.min(...values) - error;
  let high = Math.max(...values) + error;
  const reach = Math.max(high - low, 1e-6);
  for (const edge of [...(number.target?.best ?? []), ...(number.target?.fault ?? [])]) {
    if (edge === null) continue;
    if (edge < low && low - edge < reach * 0.6) low = edge;
    if (edge > high && edge - high < reach * 0.6) high = edge;
  }
  const margin = (high - low) * 0.06;
  // An error may reach below nothing, the value cannot.
  const floor = NEVER_NEGATIVE.has(number.unit) && Math.min(...values) >= 0 ? 0 : Number.NEGATIVE_INFINITY;
  return [Math.max(floor, low - margin), high + margin];
}

/** The ends of the bar that a value is drawn on: the value with its error, its target and a margin. */
export function rangeOf(number: Measured): Span | null {
  const { value, error, unit, target, reference } = number;
  if (value === null) return null;
  const half = error ?? 0;
  const edges = [...(target?.best ?? []), ...(target?.fault ?? []), reference?.low ?? null, reference?.high ?? null];
  const all = [value - half, value + half, ...edges.filter((edge) => edge !== null)];
  const least = Math.min(...all);
  const most = Math.max(...all);
  const margin = (most - least || Math.abs(value) || 1) * 0.15;
  const isPositive = NEVER_NEGATIVE.has(unit) && value >= 0;
  // A joint is never more than straight, so the bar of a nearly straight one ends there.
  const isNearlyStraight = unit === "deg" && value <= 180 && most > 120;
  return [
    isPositive ? (target?.best[0] === null ? 0 : Math.max(0, least - margin)) : least - margin,
    isNearlyStraight ? 180 : most + margin,
  ];
}

/** `value` as a share of the span, held inside of it. */
export function shareOf(value: number, [low, high]: Span): number {
  return Math.max(0, Math.min(1, linear([low, high], [0, 1])(value)));
}

/** Which of the marks at `spots`, from left to right, hang under the track: those too close to the last one above it. */
export function lowered(spots: readonly number[], apart: number): boolean[] {
  let above = Number.NEGATIVE_INFINITY;
  return spots.map((spot) => {
    if (spot - above < apart) return true;
    above = spot;
    return false;
  });
}
