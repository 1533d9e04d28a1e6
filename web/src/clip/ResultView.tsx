import { Shell } from "../ui/Shell";
import type { Clip } from "./model";

export function ResultView({ clip }: { clip: Clip }) {
  return <Shell title={clip.session.title}>{clip.steps.length}</Shell>;
}
