import { describe, expect, test } from "vitest";

import type { Landmark } from "../src/api/types";
import { closeUps } from "../src/clip/closeUp";

const ground = { x: 100, y: 50, width: 1600, height: 900 };
const body = (x: number, y: number, width: number, height: number): Landmark[] => [
  [x, y, 0, 1],
  [x + width, y + height, 0, 1],
];

describe("close-ups", () => {
  test("are of one size and hold each player", () => {
    const bodies = [body(500, 300, 100, 400), body(900, 250, 200, 500)];
    const views = closeUps(ground, bodies, 1.5);
    expect(new Set(views.map(({ width }) => width)).size).toBe(1);
    for (const [index, view] of views.entries()) {
      expect(view.width / view.height).toBeCloseTo(1.5);
      for (const [x, y] of bodies[index] ?? []) {
        expect(x).toBeGreaterThanOrEqual(view.x);
        expect(x).toBeLessThanOrEqual(view.x + view.width);
        expect(y).toBeGreaterThanOrEqual(view.y);
        expect(y).toBeLessThanOrEqual(view.y + view.height);
      }
    }
  });

  test("stay on the ground", () => {
    const [view] = closeUps(ground, [body(100, 50, 100, 300)], 1.5);
    expect(view).toMatchObject({ x: 100, y: 50 });
  });

  test("of a tall film keep the whole body, with room beside the film", () => {
    const tall = { x: 0, y: 0, width: 1080, height: 1920 };
    const [view] = closeUps(tall, [body(400, 100, 300, 1700)], 1.5);
    expect(view?.height).toBe(1920);
    expect(view?.x).toBeLessThan(0);
  });

  test("show the ground where nobody was found", () => {
    const [view] = closeUps(ground, [null], 16 / 9);
    expect(view).toMatchObject({ x: 100, y: 50, width: 1600, height: 900 });
  });
});
