import { Figure } from "./AngleTool";
import { arcPath, outside, type Point } from "./arc";
import { jointsOf, NOSE } from "./joints";
import type { Clip, Step } from "./model";
import { type Measured, numbersOf, valueAt } from "./numbers";
import { valueText } from "./words";

interface OverlayProps {
  clip: Clip;
  step: Step;
  /** Pixels of the frame in one of the screen. */
  unit: number;
}

/** The drawing of the number that is picked, with the value that its series has at this frame. */
export function Overlay({ clip, step, unit }: OverlayProps) {
  const results = clip.results.value;
  const picked = numbersOf(results).find(({ name }) => name === clip.picked.value);
  if (!picked || !step.landmarks) return null;
  const joints = jointsOf(picked.name, results.pose.pose_summary);
  const value = valueAt(picked.series, step.t_ms);
  const text = value === null ? "" : valueText(picked, value);
  const points = joints.flatMap((joint): Point[] => {
    const at = step.landmarks?.[joint];
    return at ? [[at[0], at[1]]] : [];
  });
  const [a, at, b] = points;
  if (joints[0] === NOSE) return <HeadPath clip={clip} picked={picked} unit={unit} />;
  if (!a || !at || !b) return null;
  const isLimb = points.length === 3;
  const place: Point = isLimb ? outside(a, at, b, 34 * unit) : [at[0], at[1] - 30 * unit];
  return (
    <g class="overlay">
      {isLimb && <path d={arcPath(a, at, b)} stroke-width={2.5 * unit} />}
      {text && <Figure at={place} unit={unit} text={text} />}
    </g>
  );
}

/** Where the nose goes while the number is measured. */
function HeadPath({ clip, picked, unit }: { clip: Clip; picked: Measured; unit: number }) {
  const times = picked.series?.t_ms ?? [];
  const [from, to] = [times[0] ?? Number.NEGATIVE_INFINITY, times.at(-1) ?? Number.POSITIVE_INFINITY];
  const path = clip.steps.flatMap(({ t_ms, landmarks }) => {
    const nose = landmarks?.[NOSE];
    return nose && t_ms >= from && t_ms <= to ? [`${nose[0]},${nose[1]}`] : [];
  });
  return (
    <g class="overlay">
      <polyline points={path.join(" ")} stroke-width={2.5 * unit} />
    </g>
  );
}
