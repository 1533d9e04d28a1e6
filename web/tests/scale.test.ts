import { describe, expect, test } from "vitest";

import { linear, lowered, rangeOf, runs, shareOf, ticks, valuesShown } from "../src/clip/scale";
import { measured } from "./measured";

test("a scale maps both ways round and stands still without a length", () => {
  expect(linear([0, 10], [100, 0])(2.5)).toBe(75);
  expect(linear([3, 3], [10, 20])(3)).toBe(10);
});

test.each([
  [[0, 10], 5, [0, 2, 4, 6, 8, 10]],
  [[-313, 47], 4, [-300, -200, -100, 0]],
  [[0.1, 0.52], 4, [0.2, 0.4]],
  [[120, 176], 3, [120, 140, 160]],
  [[5, 5], 3, [5]],
] as const)("round numbers in %o", (span, wanted, expected) => {
  expect(ticks(span, wanted)).toEqual(expected);
});

test("a curve is drawn in parts between its gaps", () => {
  const parts = runs({ t_ms: [0, 1, 2, 3, 4], value: [null, 5, 6, null, 7] });
  expect(parts.map((part) => part.map(({ t_ms }) => t_ms))).toEqual([[1, 2], [4]]);
  expect(runs({ t_ms: [0], value: [null] })).toEqual([]);
});

describe("the upright axis", () => {
  const series = { t_ms: [0, 1], value: [140, 150] };

  test("holds the curve with its error", () => {
    const [low, high] = valuesShown(measured({ series, error: 10 }));
    expect(low).toBeLessThan(130);
    expect(high).toBeGreaterThan(160);
  });

  test("has no place below nothing for what cannot be less", () => {
    const head = { unit: "percent_H", series: { t_ms: [0, 1], value: [0.2, 1] }, error: 0.8 };
    expect(valuesShown(measured(head))[0]).toBe(0);
    expect(valuesShown(measured({ ...head, unit: "deg" }))[0]).toBeLessThan(0);
  });

  test("reaches to a target that is near, not to one far away", () => {
    const near = measured({ series, error: 10, target: { best: [165, null], fault: [145, null], provisional: true } });
    expect(valuesShown(near)[1]).toBeGreaterThan(165);
    const far = measured({ series, error: 10, target: { best: [300, null], fault: [290, null], provisional: true } });
    expect(valuesShown(far)[1]).toBeLessThan(170);
  });
});

describe("the ends of a value's bar", () => {
  const target = { best: [165, null], fault: [145, null], provisional: true } as const;

  test("hold value, error and target", () => {
    const given = measured({
      target: { best: [0.5, 1], fault: [0.3, 1.2], provisional: true },
      value: 1.4,
      error: 0.1,
    });
    const [low, high] = rangeOf({ ...given, unit: "ratio" }) ?? [0, 0];
    expect(low).toBeLessThan(0.3);
    expect(high).toBeGreaterThan(1.5);
  });

  test("of a nearly straight joint end at straight", () => {
    expect(rangeOf(measured({ target: { ...target, best: [165, null], fault: [145, null] } }))?.[1]).toBe(180);
    expect(rangeOf(measured({ value: 175, error: 16 }))?.[1]).toBe(180);
  });

  test("begin at nothing where less is best", () => {
    const head = { unit: "percent_H", value: 4, error: 0.8 };
    expect(rangeOf(measured({ ...head, target: { best: [null, 2], fault: [null, 6], provisional: true } }))?.[0]).toBe(
      0,
    );
    expect(rangeOf(measured(head))?.[0]).toBeGreaterThanOrEqual(0);
  });

  test("are apart even for a bare value", () => {
    const [low, high] = rangeOf(measured({ value: 0, error: null, unit: "ratio" })) ?? [0, 0];
    expect(low).toBeLessThan(high);
  });

  test("are none where nothing was measured", () => {
    expect(rangeOf(measured({ value: null }))).toBeNull();
  });
});

test("a value beyond an end stays on the bar", () => {
  expect(shareOf(15, [10, 20])).toBe(0.5);
  expect(shareOf(99, [10, 20])).toBe(1);
  expect(shareOf(-1, [10, 20])).toBe(0);
});

test.each([
  [
    [0, 100, 200],
    [false, false, false],
  ],
  [
    [0, 100, 110],
    [false, false, true],
  ],
  [
    [0, 10, 30],
    [false, true, false],
  ],
  [[], []],
])("a mark hangs under the track where it would lie on the one before it: %j", (spots, low) => {
  expect(lowered(spots, 24)).toEqual(low);
});
