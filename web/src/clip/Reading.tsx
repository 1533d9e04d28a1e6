import type { Clip } from "./model";

/** What the coach reads: the priority, the numbers, the findings and the week. */
export function Reading({ clip }: { clip: Clip }) {
  return <section class="card">{clip.results.value.report.summary}</section>;
}
