import type { Landmark } from "../api/types";
import { BONES, JOINTS, NOSE, sideOf } from "./joints";

interface SkeletonProps {
  landmarks: readonly Landmark[] | null;
  /** Pixels of the frame in one of the screen, so that lines keep their width at each zoom. */
  unit: number;
  /** Landmarks that are ringed. */
  marked?: readonly number[];
}

const SEEN = 0.5;

/** The player's lines and joints, in pixels of the frame: left amber, right cyan, hidden parts dashed. */
export function Skeleton({ landmarks, unit, marked = [] }: SkeletonProps) {
  if (!landmarks) return null;
  const bones = BONES.flatMap(([a, b, side]) => {
    const [from, to] = [landmarks[a], landmarks[b]];
    return from && to ? [{ key: `${a}-${b}`, from, to, side, hidden: Math.min(from[3], to[3]) < SEEN }] : [];
  });
  return (
    <g class="skeleton">
      {bones.map(({ key, from, to }) => (
        <line key={key} class="halo" x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} stroke-width={7 * unit} />
      ))}
      {bones.map(({ key, from, to, side, hidden }) => (
        <line
          key={key}
          class={side}
          x1={from[0]}
          y1={from[1]}
          x2={to[0]}
          y2={to[1]}
          stroke-width={3 * unit}
          stroke-dasharray={hidden ? `${5 * unit} ${5 * unit}` : undefined}
        />
      ))}
      {[NOSE, ...JOINTS].map((number) => {
        const at = landmarks[number];
        if (!at) return null;
        const isMarked = marked.includes(number);
        return (
          <circle
            key={number}
            data-joint={number}
            class={`joint ${number === NOSE ? "middle" : sideOf(number)}${at[3] < SEEN ? " hidden" : ""}${isMarked ? " marked" : ""}`}
            cx={at[0]}
            cy={at[1]}
            r={(isMarked ? 6.5 : number === NOSE ? 9 : 3.5) * unit}
            stroke-width={(isMarked ? 3.5 : 2) * unit}
          />
        );
      })}
    </g>
  );
}
