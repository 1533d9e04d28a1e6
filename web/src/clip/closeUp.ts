import type { Landmark } from "../api/types";
import { centreOf, type View } from "./view";

/** Room around the body, as a share of its size. */
const ROOM = 1.25;

/**
 * Views of one size around the player in each of several frames, so that the bodies compare; the whole ground where
 * nobody was found. `shape` is width over height.
 */
export function closeUps(ground: View, bodies: readonly (readonly Landmark[] | null)[], shape: number): View[] {
  const extents = bodies.flatMap((body) => (body?.length ? [extentOf(body)] : []));
  const wanted = Math.max(0, ...extents.map(({ width, height }) => Math.max(height, width / shape))) * ROOM;
  const height = wanted > 0 ? Math.min(wanted, Math.max(ground.height, ground.width / shape)) : ground.width / shape;
  const width = height * shape;
  return bodies.map((body) => {
    const [x, y] = centreOf(body) ?? [ground.x + ground.width / 2, ground.y + ground.height / 2];
    return {
      x: inside(x - width / 2, width, ground.x, ground.width),
      y: inside(y - height / 2, height, ground.y, ground.height),
      width,
      height,
    };
  });
}

function extentOf(body: readonly Landmark[]): { width: number; height: number } {
  const xs = body.map(([x]) => x);
  const ys = body.map(([, y]) => y);
  return { width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
}

/** Where a length begins so that it stays on the ground; in its middle where it is longer. */
function inside(wanted: number, length: number, from: number, room: number): number {
  if (length > room) return from + (room - length) / 2;
  return Math.max(from, Math.min(from + room - length, wanted));
}
