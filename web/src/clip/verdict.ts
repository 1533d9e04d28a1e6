import type { Finding } from "../api/types";
import type { IconName } from "../ui/Icon";
import type { Measured } from "./numbers";

export type Verdict = "on" | "near" | "off" | "none";
type Sureness = "sure" | "fairly" | "unsure" | "too_unsure";

/** Below it a number is too unsure to be judged. */
export const LEAST_CONFIDENCE = 0.35;

export function surenessOf(confidence: number): Sureness {
  if (confidence >= 0.75) return "sure";
  if (confidence >= 0.5) return "fairly";
  return confidence >= LEAST_CONFIDENCE ? "unsure" : "too_unsure";
}

export function isJudged({ kind, value, score, confidence }: Measured): boolean {
  return kind === "metric" && value !== null && score !== null && confidence >= LEAST_CONFIDENCE;
}

type Severity = Finding["severity"];

/**
 * What a judged number comes to. It agrees with the finding about it, if there is one: a slight one is near the target.
 * Without a clear finding only a value that lies past the fault line by more than its error is off.
 */
export function verdictOf(number: Measured, severity: Severity | null = null): Verdict {
  if (!isJudged(number) || number.value === null) return "none";
  if (severity === "medium" || severity === "high") return "off";
  const { value, target, score } = number;
  const within = target ? beyond(value, target.best) <= 0 : score === 1;
  if (within) return severity === null ? "on" : "near";
  return target && beyond(value, target.fault) > (number.error ?? 0) ? "off" : "near";
}

/** How far `value` lies outside of the range; 0 or less inside of it. */
export function beyond(value: number, [low, high]: readonly [number | null, number | null]): number {
  return Math.max(
    low === null ? Number.NEGATIVE_INFINITY : low - value,
    high === null ? Number.NEGATIVE_INFINITY : value - high,
  );
}

/** The most severe finding about each number, by its name. */
export function severities(findings: readonly Finding[]): Map<string, Severity> {
  const found = new Map<string, Severity>();
  const rank: readonly Severity[] = ["low", "medium", "high"];
  for (const { metric, severity } of findings) {
    if (metric && rank.indexOf(severity) >= rank.indexOf(found.get(metric) ?? "low")) found.set(metric, severity);
  }
  return found;
}

/** The icon and the colour of a verdict: the same names for both. */
export const TONES = { on: "good", near: "low", off: "medium", none: "none" } as const satisfies Record<
  Verdict,
  IconName
>;
