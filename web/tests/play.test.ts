import { describe, expect, test } from "vitest";

import { angleAt, arcPath, outside } from "../src/clip/arc";
import { Camera } from "../src/clip/camera";
import { frameAfter } from "../src/clip/play";

const steps = [0, 33, 67, 100, 200].map((t_ms, frame) => ({ frame, t_ms, still: null, landmarks: null }));

describe("playing", () => {
  test.each([
    [0, 0, 1, 0],
    [0, 32, 1, 0],
    [0, 33, 1, 1],
    [0, 131, 0.25, 0],
    [0, 132, 0.25, 1],
    [1, 67, 1, 3],
    [3, 99, 1, 3],
    [0, 9999, 1, 4],
  ])("from frame %d, %d ms later at speed %d, shows frame %d", (from, elapsed, speed, expected) => {
    expect(frameAfter({ steps }, from, elapsed, speed)).toBe(expected);
  });
});

describe("an angle in the picture", () => {
  test("is the smaller one between the two sides", () => {
    expect(angleAt([0, -1], [0, 0], [1, 0])).toBeCloseTo(90);
    expect(angleAt([-1, 0.01], [0, 0], [-1, -0.01])).toBeLessThan(2);
    expect(angleAt([0, -5], [0, 0], [0, 3])).toBeCloseTo(180);
  });

  test("is drawn inside, and its figure stands outside", () => {
    const [x, y] = outside([0, -10], [0, 0], [10, 0], 5);
    expect(x).toBeLessThan(0);
    expect(y).toBeGreaterThan(0);
    expect(arcPath([0, -10], [0, 0], [10, 0])).toMatch(/^M\S+ \S+A4.2 4.2 0 0 1 4.2 0$/);
  });
});

describe("the zoom", () => {
  test("goes in fixed steps and stops at both ends", () => {
    const camera = new Camera();
    camera.step(-1);
    expect(camera.zoom.value).toBe(1);
    for (let count = 0; count < 9; count++) camera.step(1);
    expect(camera.zoom.value).toBe(4);
    expect(camera.isClosest).toBe(true);
  });

  test("goes on from where two fingers left it", () => {
    const camera = new Camera();
    camera.zoomBy(1.7);
    camera.step(1);
    expect(camera.zoom.value).toBe(2);
    camera.zoomBy(100);
    expect(camera.zoom.value).toBe(4);
  });

  test("forgets where it was dragged to when all is shown", () => {
    const camera = new Camera();
    camera.zoomBy(2);
    camera.pan.value = [10, 20];
    camera.reset();
    expect(camera.pan.value).toEqual([0, 0]);
  });
});
