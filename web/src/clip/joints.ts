import type { PoseSummary } from "../api/types";

type Side = "left" | "right";

/** BlazePose's landmarks by name: the left one, then the right one. */
const PAIRS = {
  ear: [7, 8],
  shoulder: [11, 12],
  elbow: [13, 14],
  wrist: [15, 16],
  hip: [23, 24],
  knee: [25, 26],
  ankle: [27, 28],
  heel: [29, 30],
  toe: [31, 32],
} as const;
type Joint = keyof typeof PAIRS;
export const NOSE = 0;

export function joint(name: Joint, side: Side): number {
  return PAIRS[name][side === "left" ? 0 : 1];
}

function both(...names: Joint[]): number[] {
  return names.flatMap((name) => [...PAIRS[name]]);
}

function limb(side: Side | null | undefined, ...names: Joint[]): number[] {
  return side ? names.map((name) => joint(name, side)) : both(...names);
}

/** The landmarks that a number is read from: of the front leg and the bowling arm where they are known, else of both. */
export function jointsOf(number: string, { front_leg, bowling_arm }: PoseSummary): number[] {
  if (number.includes("knee")) return limb(front_leg, "hip", "knee", "ankle");
  if (number.includes("elbow")) return limb(bowling_arm, "shoulder", "elbow", "wrist");
  if (number.includes("hip_shoulder")) return both("shoulder", "hip");
  if (number.includes("balance")) return both("hip", "ankle");
  if (number.includes("head")) return [NOSE, ...both("ear")];
  return [];
}

/** What the lines connect, and which side of the body they belong to. */
export const BONES: readonly (readonly [from: number, to: number, side: Side | "middle"])[] = [
  [11, 12, "middle"],
  [23, 24, "middle"],
  [11, 23, "middle"],
  [12, 24, "middle"],
  ...(["left", "right"] as const).flatMap((side) =>
    (
      [
        ["shoulder", "elbow"],
        ["elbow", "wrist"],
        ["hip", "knee"],
        ["knee", "ankle"],
        ["ankle", "heel"],
        ["heel", "toe"],
        ["ankle", "toe"],
      ] as const
    ).map(([from, to]) => [joint(from, side), joint(to, side), side] as const),
  ),
];

/** The landmarks that are drawn as joints. */
export const JOINTS: readonly number[] = both("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "toe");

export function sideOf(landmark: number): Side {
  return landmark % 2 === 1 ? "left" : "right";
}
