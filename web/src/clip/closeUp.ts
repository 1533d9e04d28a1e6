import type { Landmark } from "../api/types";
import { centreOf, type View, within } from "./view";

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
      x: within(x - width / 2, width, ground.x, ground.width),
      y: within(y - height / 2, height, ground.y, ground.height),
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
