import { useEffect, useMemo } from "preact/hooks";

import { Correction } from "./correction";
import { Help } from "./Help";
import type { Clip } from "./model";
import { Revisions } from "./Revisions";
import { SetEvents } from "./SetEvents";
import { Stage } from "./Stage";
import { Transport } from "./Transport";
import { WatchClip } from "./WatchClip";

/** The frame with its lines, and what moves it. */
export function StagePanel({ clip }: { clip: Clip }) {
  const correction = useMemo(() => new Correction(clip), [clip, clip.action.value]);
  useEffect(() => () => correction.dispose(), [correction]);
  const isOld = clip.job.value.revision < clip.newest.value;
  return (
    <section class="stage-panel card">
      <div class="stage-stick">
        <Stage clip={clip} />
        <Transport clip={clip} correction={correction} />
      </div>
      <div class="stage-more">
        {!isOld && <SetEvents clip={clip} correction={correction} />}
        <WatchClip clip={clip} />
        {clip.steps.length > 0 && <Help />}
        <Revisions clip={clip} />
      </div>
    </section>
  );
}
