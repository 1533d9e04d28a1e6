import { describe, expect, test } from "vitest";

import type { Landmark, Metric } from "../src/api/types";
import type { Clip, Step } from "../src/clip/model";
import type { Measured } from "../src/clip/numbers";
import { bodySize, hipsOf, offsetsOf, sharedEvents, stepAt, viewAround } from "../src/compare/align";
import { alikeOf } from "../src/compare/alike";
import { differencesOf } from "../src/compare/differences";
import { en } from "../src/strings/en";

const steps = (count: number, every: number, from = 0): Step[] =>
  Array.from({ length: count }, (_, frame) => ({ frame, t_ms: from + frame * every, still: null, landmarks: null }));

function standing(scale: number, visibility = 1): Landmark[] {
  const landmarks: Landmark[] = Array.from({ length: 33 }, () => [0, 0, 0, 1]);
  const at = (joint: number, x: number, y: number) => {
    landmarks[joint] = [x * scale, y * scale, 0, visibility];
  };
  for (const side of [0, 1]) {
    at(11 + side, 10, 100);
    at(23 + side, 10, 200);
    at(25 + side, 10, 260);
    at(27 + side, 10, 320);
  }
  return landmarks;
}

describe("two clips in step", () => {
  test("share the events that both have", () => {
    expect(sharedEvents([{ name: "stance" }, { name: "impact" }], [{ name: "impact" }])).toEqual(["impact"]);
  });

  test("stop at each frame of either, only where both run, and at the anchor", () => {
    const left = { steps: steps(5, 40), anchor: 80 };
    const right = { steps: steps(4, 30, 500), anchor: 530 };
    expect(offsetsOf(left, right)).toEqual([-30, 0, 30, 40, 60]);
  });

  test("count frames that begin within a millisecond as one, and the anchor as the anchor", () => {
    const left = { steps: steps(3, 40), anchor: 40 };
    const right = { steps: steps(3, 40, 0.4), anchor: 40 };
    expect(offsetsOf(left, right)).toEqual([-39.6, 0, 40]);
  });

  test("show the frame that has begun, and nothing before the first", () => {
    const clip = { steps: steps(3, 40), anchor: 40 };
    expect([-41, -40, -1, 0, 39, 40, 900].map((offset) => stepAt(clip, offset)?.frame ?? null)).toEqual([
      null,
      0,
      0,
      1,
      1,
      2,
      2,
    ]);
  });

  test("are shown with the same body size, hips in the middle", () => {
    const [small, large] = [1, 3].map((scale) => ({ frame: 0, t_ms: 0, still: null, landmarks: standing(scale) }));
    if (!small || !large) throw new Error("two bodies");
    expect([bodySize([small]), bodySize([large])]).toEqual([220, 660]);
    expect(hipsOf(large)).toEqual([30, 600]);
    const [x, y, width, height] = viewAround([30, 600], 660, 0.5);
    expect(x + width / 2).toBe(30);
    expect(height / 660).toBeCloseTo(2.4);
    expect(y).toBeLessThan(600);
  });

  test("have no size where no leg is seen", () => {
    expect(bodySize([{ frame: 0, t_ms: 0, still: null, landmarks: standing(1, 0.2) }])).toBeNull();
  });
});

describe("the numbers of two clips", () => {
  const BY_VIEW = ["head_stability_score", "balance_drift_score"];
  const names = Object.keys(en.reading.metrics);
  const views = ["side", "front", "behind", null] as const;
  const metric: Metric = {
    ...{ score: null, value: 1, unit: "ratio", error: 0.1, confidence: 0.5, reason: null },
    ...{ window: null, worst: [], series: null },
  };
  type View = (typeof views)[number];
  const filmed = (discipline: string, camera_view: View, camera_view_confidence = 1, events: object[] = [{}]) => {
    const pose_summary = { discipline, camera_view, camera_view_confidence, events };
    const metrics = Object.fromEntries(names.map((name) => [name, metric]));
    return { results: { value: { pose: { pose_summary }, metrics } } } as unknown as Clip;
  };
  const compared = (left: Clip, right: Clip) => alikeOf(left, right).right.map(({ name }) => name);
  const along = (view: View) => view === "front" || view === "behind";

  test.each(["bowling", "batting", "fielding", "wicketkeeping"])("of %s are compared within one view", (doing) => {
    for (const one of views) {
      for (const other of views) {
        const known = (one === "side" && other === "side") || (along(one) && along(other));
        const found = compared(filmed(doing, one), filmed(doing, other));
        expect(found).toEqual(names.filter((name) => known || !BY_VIEW.includes(name)));
      }
      expect(compared(filmed(doing, one, 0.45), filmed(doing, one))).toEqual(
        names.filter((name) => !BY_VIEW.includes(name)),
      );
    }
  });

  test.each(["bowling", "batting"])("of %s mean something else where none was found", (doing) => {
    const [found, missed] = [filmed(doing, "side"), filmed(doing, "side", 1, [])];
    const { unlike } = alikeOf(found, missed);
    expect(unlike).toEqual(expect.arrayContaining([en.reading.metrics.front_knee_brace_score.title, "Balance"]));
    expect(compared(missed, missed)).toEqual(names);
  });
});

describe("the difference of two numbers", () => {
  const measured = (value: number | null, error: number | null, unit = "deg"): Measured => ({
    ...{ name: "knee", kind: "metric", value, unit, error, confidence: 1, score: null, reason: null },
    ...{ at: null, target: null, series: null, moments: [] },
    ...{ title: null, says: null, group: null, digits: null, reference: null },
  });

  test.each([
    [150, 3, 155, 3, 5, true],
    [150, 3, 154, 3, 4, false],
    [150, 4, 145, 3, -5, false],
    [3.8, 0.1, 3.84, 0.1, 0, false],
  ])("%d ± %d to %d ± %d is %d, sure: %s", (left, leftError, right, rightError, change, sure) => {
    const [found] = differencesOf([measured(left, leftError)], [measured(right, rightError)]);
    expect([found?.change, found?.sure]).toEqual([change, sure]);
  });

  test("is unknown where a value is missing, and never sure where an error is", () => {
    expect(differencesOf([measured(null, null)], [measured(1, 1)])[0]).toMatchObject({ change: null, sure: false });
    expect(differencesOf([measured(1, null)], [measured(90, 1)])[0]).toMatchObject({
      change: 89,
      error: null,
      sure: false,
    });
  });

  test("comes in the order of its size for its error, those without one last", () => {
    const pair = (name: string, change: number | null, error: number | null) =>
      [0, change].map((value) => ({ ...measured(value, error), name }));
    const pairs = [pair("none", null, 1), pair("small", 3, 2), pair("blind", 99, null), pair("large", -9, 2)];
    const [left, right] = [0, 1].map((side) => pairs.flatMap((one) => one[side] ?? []));
    expect(differencesOf(left ?? [], right ?? []).map(({ name }) => name)).toEqual(["large", "small", "none", "blind"]);
  });

  test("is taken of numbers in the same unit alone", () => {
    expect(differencesOf([measured(1, 1)], [measured(1, 1, "ms")])).toEqual([]);
  });
});
