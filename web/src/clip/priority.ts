import type { Drill, Finding, Results } from "../api/types";
import { type Measured, numbersOf } from "./numbers";
import { isJudged } from "./verdict";

/** The one thing that a coach reads first. */
type Priority =
  | { is: "fix"; finding: Finding; cue: string | null; drill: Drill | null }
  | { is: "nothing"; strength: Finding | null; number: Measured | null }
  | { is: "little"; todo: readonly string[] };

/** With fewer numbers judged it is no good news that nothing was found. */
const LEAST_JUDGED = 2;

export function priorityOf(results: Results): Priority {
  const { findings, strengths, capture_quality } = results.findings;
  const finding = findings.find(({ metric }) => metric !== null);
  if (finding) return { is: "fix", finding, cue: finding.cues[0] ?? null, drill: finding.drills[0] ?? null };
  const judged = numbersOf(results).filter(isJudged);
  if (judged.length < LEAST_JUDGED) {
    const cues = findings.flatMap(({ cues }) => cues);
    return { is: "little", todo: cues.length ? cues : capture_quality.notes };
  }
  const [number = null] = judged.sort((a, b) => b.confidence - a.confidence);
  return { is: "nothing", strength: strengths[0] ?? null, number };
}
