import { describe, expect, test } from "vitest";

import type { Landmark } from "../src/api/types";
import { centreOf, playerAt, type View, zoomed } from "../src/clip/view";

const GROUND: View = { x: 100, y: 50, width: 1600, height: 900 };
const MIDDLE = [900, 500] as const;

describe("the view", () => {
  test("is the whole ground where nothing is zoomed", () => {
    expect(zoomed(GROUND, 1, MIDDLE, [0, 0], 16 / 9)).toEqual(GROUND);
  });

  test.each([0.4, 1, 3])("has the shape of what shows it: %d", (shape) => {
    for (const zoom of [1, 1.5, 4]) {
      const view = zoomed(GROUND, zoom, MIDDLE, [0, 0], shape);
      expect(view.width / view.height).toBeCloseTo(shape);
    }
  });

  test("holds the ground whole and in its middle where the shapes differ", () => {
    const view = zoomed(GROUND, 1, [0, 0], [0, 0], 3);
    expect(view).toMatchObject({ y: 50, width: 2700, height: 900 });
    expect(view.x + view.width / 2).toBe(900);
  });

  test("holds the player at each zoom", () => {
    for (const zoom of [1.5, 2, 4]) {
      const view = zoomed(GROUND, zoom, [300, 700], [0, 0], 16 / 9);
      expect(view.x).toBeLessThanOrEqual(300);
      expect(view.x + view.width).toBeGreaterThanOrEqual(300);
      expect(view.y + view.height).toBeGreaterThanOrEqual(700);
    }
  });

  test("ends where the ground ends, however far it is dragged", () => {
    expect(zoomed(GROUND, 2, MIDDLE, [9999, -9999], 16 / 9)).toMatchObject({ x: 900, y: 50 });
  });
});

const at = (x: number, y: number): Landmark => [x, y, 0, 1];

test("the middle of a body is the middle of the box around it", () => {
  expect(centreOf([at(10, 0), at(30, 0), at(12, 80)])).toEqual([20, 40]);
  expect(centreOf(null)).toBeNull();
});

test("the player's place is a mean over neighbours, so that a zoomed view glides", () => {
  const steps = [0, 10, 20, 30].map((x, frame) => ({ frame, t_ms: frame * 33, still: null, landmarks: [at(x, 0)] }));
  expect(playerAt(steps, 1)).toEqual([15, 0]);
  expect(playerAt([{ frame: 0, t_ms: 0, still: null, landmarks: null }], 0)).toBeNull();
});
