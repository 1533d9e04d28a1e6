import type { Metrics, Summary } from "../api/schema";

export type MetricName = keyof Metrics;
export type Tone = "good" | "low" | "medium" | "high" | "none";

export interface Judged {
  name: MetricName;
  value: number;
  error: number | null;
  unit: string;
}

const ORDER: readonly MetricName[] = [
  "front_knee_brace_score",
  "head_stability_score",
  "balance_drift_score",
  "hip_shoulder_separation_timing",
  "elbow_drop_score",
];

/** With fewer there is no verdict to speak of. */
const ENOUGH = 2;

/** What was measured surely enough to be judged, and how much was not. */
export function judgedOf(summary: Summary): { judged: Judged[]; rest: number } {
  const judged: Judged[] = [];
  for (const name of ORDER) {
    const metric = summary.metrics[name];
    if (metric?.score == null || metric.value == null) continue;
    judged.push({ name, value: metric.value, error: metric.error ?? null, unit: metric.unit });
  }
  return { judged, rest: ORDER.length - judged.length };
}

/** The one thing that a summary says. `title` is the server's; the page has its own words where it is null. */
export function verdictOf(summary: Summary): {
  tone: Tone;
  title: string | null;
  says: "issue" | "little" | "nothing";
} {
  if (summary.top_issue) return { tone: summary.top_issue.severity, title: summary.top_issue.title, says: "issue" };
  if (judgedOf(summary).judged.length < ENOUGH) return { tone: "medium", title: null, says: "little" };
  return { tone: "good", title: null, says: "nothing" };
}
