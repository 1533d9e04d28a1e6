import type { EventName, Landmark } from "../api/types";
import type { Step } from "../clip/model";

/** What is compared of one clip: its steps, and the instant that is lined up with the other's. */
export interface Aligned {
  steps: readonly Step[];
  /** Milliseconds on the clip's own clock. */
  anchor: number;
}

/** The events that both clips have, in the order of the first. */
export function sharedEvents(left: readonly { name: EventName }[], right: readonly { name: EventName }[]): EventName[] {
  return left.map(({ name }) => name).filter((name) => right.some((other) => other.name === name));
}

/**
 * The offsets from the anchor, in milliseconds, at which either clip has a frame: each clip keeps its own rate, and the
 * anchor is one of them. Offsets closer than a millisecond are one. Only where both clips run.
 */
export function offsetsOf(left: Aligned, right: Aligned): number[] {
  const own = [left, right].map(({ steps, anchor }) => steps.map(({ t_ms }) => t_ms - anchor));
  const from = Math.max(...own.map((offsets) => offsets[0] ?? 0));
  const to = Math.min(...own.map((offsets) => offsets.at(-1) ?? 0));
  const sorted = [0, ...own.flat()].filter((offset) => offset >= from && offset <= to).sort((a, b) => a - b);
  const kept: number[] = [];
  for (const offset of sorted) {
    const last = kept.at(-1);
    if (last === undefined || offset - last >= 1) kept.push(offset);
    else if (offset === 0) kept[kept.length - 1] = 0;
  }
  return kept;
}

/** The step that a clip shows at an offset: the last one that has begun, as a film does; null before its first. */
export function stepAt({ steps, anchor }: Aligned, offset: number): Step | null {
  let shown: Step | null = null;
  for (const step of steps) {
    if (step.t_ms - anchor > offset + 0.5) break;
    shown = step;
  }
  return shown;
}

const [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP] = [11, 12, 23, 24];
const LEGS = [
  [23, 25, 27],
  [24, 26, 28],
] as const;
const SEEN = 0.5;

type Point = readonly [x: number, y: number];

function middle(landmarks: readonly Landmark[], a: number, b: number): Point | null {
  const [first, second] = [landmarks[a], landmarks[b]];
  return first && second ? [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2] : null;
}

/** Middle of the hips, in pixels of the frame; null where nobody was found. */
export function hipsOf(step: Step): Point | null {
  return step.landmarks && middle(step.landmarks, LEFT_HIP, RIGHT_HIP);
}

/** Length of trunk and leg in pixels, a median over the frames whose joints are seen; null where there is none. */
export function bodySize(steps: readonly Step[]): number | null {
  const lengths = steps.flatMap(({ landmarks }) => (landmarks ? sizesOf(landmarks) : [])).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? null;
}

function sizesOf(landmarks: readonly Landmark[]): number[] {
  const shoulders = middle(landmarks, LEFT_SHOULDER, RIGHT_SHOULDER);
  const hips = middle(landmarks, LEFT_HIP, RIGHT_HIP);
  if (!shoulders || !hips) return [];
  const trunk = Math.hypot(shoulders[0] - hips[0], shoulders[1] - hips[1]);
  return LEGS.flatMap((leg) => {
    const joints = leg.map((joint) => landmarks[joint]);
    const [hip, knee, ankle] = joints;
    if (!hip || !knee || !ankle || joints.some((joint) => (joint?.[3] ?? 0) < SEEN)) return [];
    return [
      trunk + Math.hypot(hip[0] - knee[0], hip[1] - knee[1]) + Math.hypot(knee[0] - ankle[0], knee[1] - ankle[1]),
    ];
  });
}

/** The part of the frame, in its pixels, that shows `bodies` times the body around the hips, at the given shape. */
export function viewAround(hips: Point, size: number, aspect: number, bodies = 2.4): [number, number, number, number] {
  const height = size * bodies;
  const width = height * aspect;
  // The arms reach higher above the hips than the legs reach below them.
  return [hips[0] - width / 2, hips[1] - height * 0.56, width, height];
}
