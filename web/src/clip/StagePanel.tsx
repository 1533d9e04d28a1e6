import type { Clip } from "./model";

/** The image with its lines, and what moves it. */
export function StagePanel({ clip }: { clip: Clip }) {
  return <section class="card">{clip.step.value?.frame}</section>;
}
