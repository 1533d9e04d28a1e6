export type Point = readonly [x: number, y: number];

/** Angle at `at` between the directions to `a` and `b`, in degrees 0–180, in the plane of the image. */
export function angleAt(a: Point, at: Point, b: Point): number {
  const between = Math.abs(direction(at, a) - direction(at, b)) % (2 * Math.PI);
  return (Math.min(between, 2 * Math.PI - between) * 180) / Math.PI;
}

/** An SVG path of the arc inside the angle; its radius is 0.42 of the shorter side, so that it stays on the limb. */
export function arcPath(a: Point, at: Point, b: Point): string {
  const radius = 0.42 * Math.min(length(at, a), length(at, b));
  const [from, to] = [direction(at, a), direction(at, b)];
  const turn = (to - from + 2 * Math.PI) % (2 * Math.PI);
  const sweep = turn < Math.PI ? 1 : 0;
  return `M${on(at, from, radius)}A${radius} ${radius} 0 0 ${sweep} ${on(at, to, radius)}`;
}

/** A point outside the angle, `distance` from its corner: there a figure covers no limb. */
export function outside(a: Point, at: Point, b: Point, distance: number): Point {
  const [ua, ub] = [unit(at, a), unit(at, b)];
  const x = -(ua[0] + ub[0]);
  const y = -(ua[1] + ub[1]);
  const size = Math.hypot(x, y);
  // A straight limb has no outside: take the side on the right.
  if (size < 0.05) return [at[0] + distance, at[1]];
  return [at[0] + (x / size) * distance, at[1] + (y / size) * distance];
}

function direction(from: Point, to: Point): number {
  return Math.atan2(to[1] - from[1], to[0] - from[0]);
}

function length(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function unit(from: Point, to: Point): Point {
  const size = length(from, to) || 1;
  return [(to[0] - from[0]) / size, (to[1] - from[1]) / size];
}

function on([x, y]: Point, angle: number, radius: number): string {
  return `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`;
}
