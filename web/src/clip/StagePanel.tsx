import { useEffect, useMemo } from "preact/hooks";

import { Correction } from "./correction";
import type { Clip } from "./model";
import { Revisions } from "./Revisions";
import { Stage } from "./Stage";
import { Transport } from "./Transport";

/** The frame with its lines, and what moves it. */
export function StagePanel({ clip }: { clip: Clip }) {
  const correction = useMemo(() => new Correction(clip), [clip]);
  useEffect(() => () => correction.dispose(), [correction]);
  return (
    <section class="stage-panel card">
      <Stage clip={clip} />
      <Transport clip={clip} correction={correction} />
      <Revisions clip={clip} />
    </section>
  );
}
