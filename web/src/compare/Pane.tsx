import { useRef } from "preact/hooks";

import type { Clip, Step } from "../clip/model";
import { Skeleton } from "../clip/Skeleton";
import { StillImage } from "../clip/StillImage";
import { useSize } from "../clip/useSize";
import type { View } from "../clip/view";
import { t } from "../strings/text";
import { type Aligned, bodySize, hipsOf, stepAt, viewAround } from "./align";

const ASPECT = 0.85;

interface PaneProps {
  clip: Clip;
  aligned: Aligned;
  offset: number;
  name: string;
}

/** One of the two clips: the frame that has begun, with the hips in the middle. What the film cuts off stays black. */
export function Pane({ clip, aligned, offset, name }: PaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const step = stepAt(aligned, offset);
  const view = viewOf(clip, step);
  return (
    <div class="pane" ref={box}>
      <span class="stage-label">{name}</span>
      {step && view && width > 0 ? (
        <StillImage
          clip={clip}
          step={step}
          view={view}
          width={width}
          label={`${name}: ${t().stage.frame(step.frame)}`}
        />
      ) : (
        <p class="stage-note">{t().compare.notFilmed}</p>
      )}
    </div>
  );
}

interface GhostProps {
  left: Clip;
  right: Clip;
  aligned: { left: Aligned; right: Aligned };
  offset: number;
  names: readonly [left: string, right: string];
}

/** The first clip with the lines of the second over it: hips on hips, in the same size. */
export function Ghost({ left, right, aligned, offset, names }: GhostProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const [mine, other] = [stepAt(aligned.left, offset), stepAt(aligned.right, offset)];
  const view = viewOf(left, mine);
  const [size, otherSize] = [bodySize(left.steps), bodySize(right.steps)];
  const [hips, otherHips] = [mine && hipsOf(mine), other && hipsOf(other)];
  const scale = size && otherSize ? size / otherSize : null;
  return (
    <div class="pane" ref={box}>
      <span class="stage-label">{t().compare.over(names[1], names[0])}</span>
      {mine && view && width > 0 && (
        <StillImage
          clip={left}
          step={mine}
          view={view}
          width={width}
          label={`${names[0]}: ${t().stage.frame(mine.frame)}`}
        />
      )}
      {view && hips && otherHips && scale && other && (
        <svg class="ghost" viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} aria-hidden="true">
          <g
            transform={`translate(${hips[0] - otherHips[0] * scale} ${hips[1] - otherHips[1] * scale}) scale(${scale})`}
          >
            <Skeleton landmarks={other.landmarks} unit={view.width / Math.max(1, width) / scale} />
          </g>
        </svg>
      )}
    </div>
  );
}

function viewOf(clip: Clip, step: Step | null): View | null {
  const hips = step && hipsOf(step);
  const size = bodySize(clip.steps);
  if (!hips || !size) return null;
  const [x, y, width, height] = viewAround(hips, size, ASPECT);
  return { x, y, width, height };
}
