import type { Frame, Landmark } from "../api/types";
import { joint } from "../clip/joints";
import { LANDMARKS } from "./landmarks";

interface TrcOptions {
  name: string;
  frames: readonly Frame[];
  /** Pixels of the upright frame: its lower edge becomes the ground's zero. */
  height: number;
  /** Frames per second of the film. */
  fps: number;
  /** Standing height of the player; null leaves the markers in pixels. */
  height_cm: number | null;
}

/**
 * The landmarks as OpenSim's track row column file: x to the right, y up, z towards the camera. Frames without the
 * player are left out; each row has its own time.
 */
export function trc({ name, frames, height, fps, height_cm }: TrcOptions): string {
  const seen = frames.filter((frame): frame is Frame & { landmarks: Landmark[] } => frame.landmarks !== null);
  const metres = height_cm === null ? null : metresPerPixel(seen, height_cm / 100);
  const scale = metres ?? 1;
  const units = metres === null ? "px" : "m";
  const digits = metres === null ? 3 : 5;
  const [rate, filmed] = [rateOf(frames) ?? fps, fps].map((rate) => rate.toFixed(3));
  const first = seen[0]?.frame ?? 0;
  const axes = LANDMARKS.flatMap((_, index) => ["X", "Y", "Z"].map((axis) => `${axis}${index + 1}`));
  const rows = seen.map(({ t_ms, landmarks }, index) => [
    String(index + 1),
    (t_ms / 1000).toFixed(6),
    ...landmarks.flatMap(([x, y, z]) => [x, height - y, -z].map((value) => (value * scale).toFixed(digits))),
  ]);
  return [
    ["PathFileType", "4", "(X/Y/Z)", name],
    [
      "DataRate",
      "CameraRate",
      "NumFrames",
      "NumMarkers",
      "Units",
      "OrigDataRate",
      "OrigDataStartFrame",
      "OrigNumFrames",
    ],
    [rate, filmed, String(seen.length), String(LANDMARKS.length), units, filmed, String(first), String(seen.length)],
    // Each marker's name stands over the first of its three columns.
    ["Frame#", "Time", ...LANDMARKS.flatMap((marker) => [marker, "", ""])],
    ["", "", ...axes],
    [],
    ...rows,
  ]
    .map((row) => `${row.join("\t")}\n`)
    .join("");
}

/** Rows per second: a film is read at its own rate around an action, and more seldom elsewhere. */
function rateOf(frames: readonly Frame[]): number | null {
  const steps = frames.slice(1).map(({ t_ms }, index) => t_ms - (frames[index]?.t_ms ?? 0));
  const step = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  return step ? 1000 / step : null;
}

/** Shoulders to hips, hips to knees and knees to ankles, as a share of standing height (Winter 2009). */
const LINKS_SHARE = 0.288 + 0.245 + 0.246;
/** A limb that points at the camera looks short, so the longest looks count; the very longest are mistakes. */
const LONGEST_LOOKS = 0.9;

const LINKS = [
  ["shoulder", "hip"],
  ["hip", "knee"],
  ["knee", "ankle"],
] as const;
const SIDES = ["left", "right"] as const;

/** From the lengths of trunk, thigh and shank in the picture; null where they cannot be read. */
export function metresPerPixel(frames: readonly { landmarks: readonly Landmark[] }[], height_m: number): number | null {
  let pixels = 0;
  for (const [upper, lower] of LINKS) {
    const lengths = frames
      .flatMap(({ landmarks }) =>
        SIDES.map((side) => distance(landmarks[joint(upper, side)], landmarks[joint(lower, side)])),
      )
      .filter((length) => length > 0)
      .sort((a, b) => a - b);
    const length = lengths[Math.floor((lengths.length - 1) * LONGEST_LOOKS)];
    if (length === undefined) return null;
    pixels += length;
  }
  return (height_m * LINKS_SHARE) / pixels;
}

function distance(a: Landmark | undefined, b: Landmark | undefined): number {
  return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
}

/** The frames that were read at the video's own rate, as a motion needs even steps; all of them where none were. */
export function evenlyRead(frames: readonly Frame[], window: readonly [number, number] | null): readonly Frame[] {
  if (!window) return frames;
  const inside = frames.filter(({ t_ms }) => t_ms >= window[0] - 0.5 && t_ms <= window[1] + 0.5);
  return inside.length ? inside : frames;
}
