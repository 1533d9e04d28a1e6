import type { PoseSummary } from "../api/types";
import { digitsOf, number, plusMinus, quantity, suffixOf } from "../format";
import { t } from "../strings/text";
import { type Clip, nearest } from "./model";
import type { Measured } from "./numbers";

/** How sure a view is at most that the film denies or hardly shows, as in the API: it counts as none. */
const DOUBTED_VIEW = 0.45;

type Filmed = Pick<PoseSummary, "discipline" | "events" | "camera_view" | "camera_view_confidence">;

const sureView = ({ camera_view, camera_view_confidence }: Filmed) =>
  camera_view_confidence > DOUBTED_VIEW ? camera_view : null;

/** The discipline whose action was read: where it was said but no action found, its numbers are those of any action. */
const readAs = ({ discipline, events }: Filmed) =>
  (discipline === "batting" || discipline === "bowling") && events.length === 0 ? null : discipline;

const metricWords = (name: string) => new Map(Object.entries(t().reading.metrics)).get(name);

/** What a number is called and what it is: the page's words, else the API's, else its name. */
export function wordsOf(
  { name, title, says }: Pick<Measured, "name" | "title" | "says">,
  summary: Filmed,
): { title: string; says: string | null } {
  const known = metricWords(name);
  if (known) return { title: known.title, says: known.says(readAs(summary), sureView(summary)) };
  return { title: title ?? humanised(name), says };
}

/** Whether it is known what the number is of: it is the same from everywhere, or the view is known. */
export function isSure(name: string, summary: Filmed): boolean {
  const known = metricWords(name);
  if (!known || sureView(summary) !== null) return true;
  return known.says(readAs(summary), "side") === known.says(readAs(summary), "front");
}

/** `trunk_lean_score` → `Trunk lean`. */
export function humanised(name: string): string {
  const words = name
    .replace(/_score$/, "")
    .replaceAll("_", " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a text of a value needs to know of its number. */
type Shown = Pick<Measured, "unit" | "digits">;
type Value = Shown & Pick<Measured, "value" | "error">;

export function digitsFor({ digits, unit }: Shown): number {
  return digits ?? digitsOf(unit);
}

/** `150°`; empty where nothing was measured. */
export function valueText(of: Value, value = of.value): string {
  return value === null ? "" : quantity(value, of.unit, digitsFor(of));
}

export function errorText(of: Value): string {
  return plusMinus(of.error, of.unit, digitsFor(of));
}

/** `150° ± 16`. */
export function withError(of: Value, value = of.value): string {
  return [valueText(of, value), errorText(of)].filter(Boolean).join(" ");
}

/** `165° or more`; empty for a range without ends. */
export function rangeText(of: Shown, [low, high]: readonly [number | null, number | null]): string {
  const words = t().reading.tiles;
  if (low !== null && high !== null)
    return words.between(number(low, digitsFor(of)), quantity(high, of.unit, digitsFor(of)));
  if (low !== null) return words.atLeast(quantity(low, of.unit, digitsFor(of)));
  return high === null ? "" : words.atMost(quantity(high, of.unit, digitsFor(of)));
}

/** The source frame at `t_ms`; null where no frame is kept. */
export function frameAt(clip: Clip, t_ms: number): number | null {
  const { frames } = clip.results.value.pose;
  const timed: readonly { frame: number; t_ms: number }[] = frames.length ? frames : clip.steps;
  return timed[nearest(timed, t_ms, (one) => one.t_ms)]?.frame ?? null;
}

/** `67 ms before release`, or `at release`. */
export function timeText(clip: Clip, t_ms: number): string {
  const anchor = clip.anchor.value;
  const ms = Math.round(t_ms - (anchor?.t_ms ?? 0));
  if (!anchor) return `${number(ms, 0)} ms`;
  return t().reading.fromAnchor(number(Math.abs(ms), 0), Math.sign(ms), t().reading.events[anchor.name].at);
}

/** `Bowling (given), right arm (seen)`. */
export function actionText(summary: PoseSummary): string {
  const words = t().reading.head;
  const { discipline, handedness } = summary;
  if (discipline === null) return words.nothingSeen;
  const source = sourceText(summary.discipline_source, summary.discipline_confidence);
  if (handedness === null) return `${words.does[discipline]} (${source})`;
  const side = (discipline === "bowling" ? words.arm : words.hand)[handedness];
  const sideSource = sourceText(summary.handedness_source, summary.handedness_confidence);
  if (sideSource === source) return `${words.does[discipline]}, ${side} (${source})`;
  return `${words.does[discipline]} (${source}), ${side} (${sideSource})`;
}

export function viewText(summary: PoseSummary): string {
  const words = t().reading.head;
  if (!summary.camera_view) return words.viewUnknown;
  const source = sourceText(summary.camera_view_source, summary.camera_view_confidence);
  return `${words.filmed[summary.camera_view]} (${source})`;
}

function sourceText(source: PoseSummary["discipline_source"], confidence: number): string {
  const words = t().reading.head;
  if (source === "given") return words.given;
  return confidence >= 0.75 ? words.seen : words.seenUnsure;
}

/** `+4 % ± 3`. */
export function changeText(change: number, error: number | null, unit: string, digits: number): string {
  const sign = change > 0 ? "+" : "";
  return `${sign}${number(change, digits)}${suffixOf(unit)} ${plusMinus(error, unit, digits)}`.trim();
}

/** Decimals of a number by its name; those of its unit where it is not among them in that unit. */
export function digitsIn(numbers: readonly Measured[], name: string, unit: string): number {
  return numbers.find((of) => of.name === name && of.unit === unit)?.digits ?? digitsOf(unit);
}
