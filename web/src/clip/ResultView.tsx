import { Shell } from "../ui/Shell";
import type { Clip } from "./model";
import { Reading } from "./Reading";
import { StagePanel } from "./StagePanel";

export function ResultView({ clip }: { clip: Clip }) {
  return (
    <Shell title={clip.session.title}>
      <StagePanel clip={clip} />
      <Reading clip={clip} />
    </Shell>
  );
}
