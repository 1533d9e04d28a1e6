import type { Measured } from "../clip/numbers";
import { digitsFor } from "../clip/words";

/** One number in both clips. */
export interface Difference {
  name: string;
  unit: string;
  left: Measured;
  right: Measured;
  /** Right minus left, of the values as they are printed; null where either is missing. */
  change: number | null;
  /** Half-width of a 90 % interval of the change; null where either error is unknown. */
  error: number | null;
  /** Whether the change is larger than its error. */
  sure: boolean;
}

/**
 * Every number that both clips have; the one that differs most for its error comes first, those without a difference
 * or an error last, in the order of the first clip. Errors are independent: their squares add up.
 */
export function differencesOf(left: readonly Measured[], right: readonly Measured[]): Difference[] {
  const found = left.flatMap((one) => {
    const other = right.find(({ name, unit }) => name === one.name && unit === one.unit);
    return other ? [difference(one, other)] : [];
  });
  return found.sort((a, b) => forItsError(b) - forItsError(a));
}

/** The change in errors; less than any where it has none. */
function forItsError({ change, error }: Difference): number {
  return change === null || error === null ? -1 : Math.abs(change) / Math.max(error, Number.EPSILON);
}

function difference(left: Measured, right: Measured): Difference {
  const { name, unit } = left;
  if (left.value === null || right.value === null) {
    return { name, unit, left, right, change: null, error: null, sure: false };
  }
  const digits = digitsFor(left);
  const change = Number((rounded(right.value, digits) - rounded(left.value, digits)).toFixed(digits));
  const error = left.error === null || right.error === null ? null : Math.hypot(left.error, right.error);
  return { name, unit, left, right, change, error, sure: error !== null && Math.abs(change) > error };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
