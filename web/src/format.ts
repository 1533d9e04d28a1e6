import { language } from "./strings/text";

type UnitOfValue = string;

/** The page’s English is British: the day stands before the month. */
const locale = () => (language.value === "en" ? "en-GB" : language.value);

/** `value` with `digits` decimals, in the coach's language, with a true minus sign. */
export function number(value: number, digits: number): string {
  const rounded = Number(value.toFixed(digits));
  const shown = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(rounded === 0 ? 0 : rounded);
  return shown.replace("-", "−");
}

const UNITS: Record<UnitOfValue, { suffix: string; digits: number }> = {
  deg: { suffix: "°", digits: 0 },
  ms: { suffix: " ms", digits: 0 },
  percent_H: { suffix: " %", digits: 1 },
  percent_height: { suffix: " %", digits: 0 },
  percent: { suffix: " %", digits: 0 },
  ratio: { suffix: "", digits: 2 },
  "m/s": { suffix: " m/s", digits: 1 },
  m: { suffix: " m", digits: 2 },
};

/** Decimals that a value in `unit` is shown with. */
export function digitsOf(unit: UnitOfValue): number {
  return UNITS[unit]?.digits ?? 1;
}

export function suffixOf(unit: UnitOfValue): string {
  return UNITS[unit]?.suffix ?? ` ${unit.replaceAll("_", " ")}`;
}

/** `150°`, `1.5 %`, `0.73`. */
export function quantity(value: number, unit: UnitOfValue, digits = digitsOf(unit)): string {
  return number(value, digits) + suffixOf(unit);
}

/** `± 16`, in the unit of the value that it follows; empty where the error is unknown. */
export function plusMinus(error: number | null, unit: UnitOfValue, digits = digitsOf(unit)): string {
  return error === null ? "" : `± ${number(Math.abs(error), digits)}`;
}

/** `27 Nov 2026`. */
export const date = instant({ dateStyle: "medium" });

/** `18:04:31`. */
export const time = instant({ timeStyle: "medium" });

/** `27 Nov 2026, 18:04`. */
export const dateAndTime = instant({ dateStyle: "medium", timeStyle: "short" });

function instant(options: Intl.DateTimeFormatOptions) {
  return (iso: string) => new Intl.DateTimeFormat(locale(), options).format(new Date(iso));
}

/** Seconds with two decimals: `0.73 s`. */
export function seconds(ms: number, digits = 2): string {
  return `${number(ms / 1000, digits)} s`;
}

/** `84 MB`, in powers of ten as S3 and phones count. */
export function bytes(size: number): string {
  if (size < 1_000_000) return `${number(Math.max(1, size / 1000), 0)} kB`;
  return `${number(size / 1_000_000, size < 10_000_000 ? 1 : 0)} MB`;
}

export function percent(share: number): string {
  return `${number(share * 100, 0)} %`;
}
