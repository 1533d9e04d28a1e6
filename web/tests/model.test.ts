import { describe, expect, test } from "vitest";

import type { Frame, Still, StillsView } from "../src/api/types";
import { nearest, stepsOf } from "../src/clip/model";

const frame = (frame: number): Frame => ({ frame, t_ms: frame * 40, detected: true, model: "heavy", landmarks: [] });
const still = (frame: number, action: number | null): Still => ({
  ...{ frame, action, t_ms: frame * 40, offset: 0, length: 1, repeated: false, width: 960, height: 540 },
});
const index = (items: Still[]): StillsView => ({
  ...{ url: "", expires_in: 900, bytes: 1, width: 960, height: 540, crop: [0, 0, 960, 540], items },
});

describe("the steps of a clip", () => {
  test("are the frames with an image, in the order of the video, with their landmarks", () => {
    const steps = stepsOf([frame(2), frame(3), frame(9)], index([still(3, 0), still(2, 0)]));
    expect(steps.map(({ frame, landmarks }) => [frame, landmarks])).toEqual([
      [2, []],
      [3, []],
    ]);
  });

  test("are the frames that were read where no image is kept", () => {
    expect(stepsOf([frame(2), frame(9)], null).map(({ frame, still }) => [frame, still])).toEqual([
      [2, null],
      [9, null],
    ]);
  });

  test("take the image of the action where a frame has two", () => {
    const steps = stepsOf([], index([still(3, null), still(3, 0), still(8, null)]));
    expect(steps.map(({ frame, still }) => [frame, still?.action])).toEqual([
      [3, 0],
      [8, null],
    ]);
  });
});

test.each([
  [0, 0],
  [14, 0],
  [16, 1],
  [99, 2],
])("the nearest of 10, 20 and 30 to %d is the one at %d", (wanted, expected) => {
  expect(nearest([10, 20, 30], wanted, (item) => item)).toBe(expected);
});
