import type { Landmark, StillsView } from "../api/types";
import type { Step } from "./model";

/** A part of the upright frame in its pixels: what canvas and lines show. */
export interface View {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const ZOOMS = [1, 1.5, 2, 3, 4] as const;

/** All that can be shown: the part that the images of the action show, else the whole frame. */
export function groundOf(stills: StillsView | null, frame: { width: number; height: number }): View {
  const whole = { x: 0, y: 0, ...frame };
  if (!stills?.items.some(({ action }) => action !== null)) return whole;
  const [x, y, width, height] = stills.crop;
  return { x, y, width, height };
}

/** The part of the frame that the image of a step shows. */
export function partOf(step: Step, stills: StillsView, frame: { width: number; height: number }): View {
  if (step.still?.action === null) return { x: 0, y: 0, ...frame };
  const [x, y, width, height] = stills.crop;
  return { x, y, width, height };
}

type Point = readonly [x: number, y: number];

/** Middle of the box around the landmarks; null where nobody was found. */
export function centreOf(landmarks: readonly Landmark[] | null): Point | null {
  if (!landmarks?.length) return null;
  const xs = landmarks.map(([x]) => x);
  const ys = landmarks.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

const SMOOTH = 4;

/** Where the player is around a step, a mean over its neighbours, so that a zoomed view glides; null where nobody is. */
export function playerAt(steps: readonly Step[], index: number): Point | null {
  const near = steps.slice(Math.max(0, index - SMOOTH), index + SMOOTH + 1).flatMap(({ landmarks }) => {
    const centre = centreOf(landmarks);
    return centre ? [centre] : [];
  });
  if (near.length === 0) return null;
  return [near.reduce((sum, [x]) => sum + x, 0) / near.length, near.reduce((sum, [, y]) => sum + y, 0) / near.length];
}

/**
 * `zoom` times closer than the whole ground, around `centre` and as far as there is ground. `shape` is the width over
 * the height of what shows it: the view has it too, so that the image and the lines are never stretched apart.
 */
export function zoomed(ground: View, zoom: number, centre: Point, pan: Point, shape: number): View {
  const width = Math.max(ground.width, ground.height * shape) / zoom;
  const height = width / shape;
  return {
    x: within(centre[0] + pan[0] - width / 2, width, ground.x, ground.width),
    y: within(centre[1] + pan[1] - height / 2, height, ground.y, ground.height),
    width,
    height,
  };
}

/** Where a length begins so that it stays on the ground; in its middle where it is longer. */
export function within(wanted: number, length: number, from: number, room: number): number {
  if (length >= room) return from + (room - length) / 2;
  return Math.max(from, Math.min(from + room - length, wanted));
}
