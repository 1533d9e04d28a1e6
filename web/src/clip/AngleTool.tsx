import { useSignal } from "@preact/signals";

import type { Landmark } from "../api/types";
import { number } from "../format";
import { t } from "../strings/text";
import { angleAt, arcPath, outside, type Point } from "./arc";
import { JOINTS } from "./joints";
import type { View } from "./view";

interface AngleToolProps {
  view: View;
  unit: number;
  landmarks: readonly Landmark[] | null;
}

/** Measures an angle between three joints of the coach's choice, in the picture alone. The report does not use it. */
export function AngleTool({ view, unit, landmarks }: AngleToolProps) {
  const chosen = useSignal<number[]>([]);
  const words = t().stage;
  if (!landmarks) return <p class="stage-note">{words.noBody}</p>;
  const pick = (joint: number) => {
    chosen.value = chosen.value.length === 3 ? [joint] : [...chosen.value, joint];
  };
  const points = chosen.value.flatMap((joint): Point[] => {
    const at = landmarks[joint];
    return at ? [[at[0], at[1]]] : [];
  });
  const [a, at, b] = points;
  const angle = a && at && b ? angleAt(a, at, b) : null;
  return (
    <>
      <svg class="angle-tool" viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} aria-hidden="true">
        {a && at && b && (
          <g class="overlay measured">
            <polyline points={points.map((point) => point.join(",")).join(" ")} stroke-width={2.5 * unit} />
            <path d={arcPath(a, at, b)} stroke-width={2.5 * unit} />
            <Figure at={outside(a, at, b, 34 * unit)} unit={unit} text={`${number(angle ?? 0, 0)}°`} />
          </g>
        )}
      </svg>
      {JOINTS.map((joint) => {
        const seen = landmarks[joint];
        if (!seen) return null;
        const [left, top] = [(seen[0] - view.x) / view.width, (seen[1] - view.y) / view.height];
        if (left < 0 || left > 1 || top < 0 || top > 1) return null;
        return (
          <button
            key={joint}
            type="button"
            class="angle-joint"
            style={{ left: `${left * 100}%`, top: `${top * 100}%` }}
            aria-label={words.joints[joint] ?? ""}
            aria-pressed={chosen.value.includes(joint)}
            onClick={() => pick(joint)}
          />
        );
      })}
      <p class="stage-note" role="status">
        {angle === null ? words.angleHint(3 - points.length) : words.angleResult(`${number(angle, 0)}°`)}
      </p>
    </>
  );
}

/** A number on the image. */
export function Figure({ at: [x, y], unit, text }: { at: Point; unit: number; text: string }) {
  return (
    <text x={x} y={y} font-size={20 * unit} stroke-width={5 * unit} text-anchor="middle" dominant-baseline="central">
      {text}
    </text>
  );
}
