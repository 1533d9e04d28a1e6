import type { Measured } from "../clip/numbers";

/** The API's body scale, leg and trunk, over the height: Drillis and Contini 1966. */
const SCALE_OF_HEIGHT = 0.779;

/** A number told in metres, as one that needs no height; any other, and one of a player of unknown height, as it is. */
export function byHeight(of: Measured, height_cm: number | null): Measured {
  if (height_cm === null) return of;
  const height_m = height_cm / 100;
  switch (of.unit) {
    case "m":
      return times(of, 100 / height_m, "percent_height", 0);
    case "m/s":
      return times(of, 1 / (SCALE_OF_HEIGHT * height_m), "H/s", 1);
    default:
      return of;
  }
}

function times(of: Measured, factor: number, unit: string, digits: number): Measured {
  const scaled = (value: number | null) => value && factor * value;
  const series = of.series && { ...of.series, value: of.series.value.map(scaled) };
  return { ...of, value: scaled(of.value), error: scaled(of.error), unit, digits, series, reference: null };
}
