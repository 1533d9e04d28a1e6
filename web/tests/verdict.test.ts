import { describe, expect, test } from "vitest";

import type { Finding } from "../src/api/types";
import type { Measured } from "../src/clip/numbers";
import { beyond, isJudged, severities, surenessOf, verdictOf } from "../src/clip/verdict";
import { measured } from "./measured";

const knee = { best: [165, null], fault: [145, null], provisional: true } satisfies Measured["target"];
const balance = { best: [0.5, 1], fault: [0.325, 1.175], provisional: true } satisfies Measured["target"];

describe("a verdict", () => {
  test.each([
    // value, error, severity of the finding about it, verdict
    [170, 10, null, "on"],
    [165, 10, null, "on"],
    [164.9, 10, null, "near"],
    [145, 10, null, "near"],
    [140, 10, null, "near"],
    [135, 10, null, "near"],
    [134.9, 10, null, "off"],
    [144, null, null, "off"],
    [140, 10, "low", "near"],
    [130, 10, "low", "off"],
    [140, 10, "medium", "off"],
    [160, 10, "high", "off"],
    [170, 10, "low", "near"],
  ] as const)("of a knee of %d ± %s with a finding that is %s is %s", (value, error, severity, verdict) => {
    expect(verdictOf(measured({ value, error, target: knee }), severity)).toBe(verdict);
  });

  test.each([
    [0.75, "on"],
    [1.1, "near"],
    [0.4, "near"],
    [0.2, "off"],
    [1.3, "off"],
  ] as const)("of a balance of %d is %s: the target has two ends", (value, verdict) => {
    expect(verdictOf(measured({ value, error: 0.07, unit: "ratio", target: balance }))).toBe(verdict);
  });

  test.each([[{ score: null }], [{ value: null }], [{ confidence: 0.34 }], [{ kind: "measure" }]] as const)(
    "is none for %o",
    (given) => {
      expect(verdictOf(measured({ target: knee, ...given }), "high")).toBe("none");
      expect(isJudged(measured({ target: knee, ...given }))).toBe(false);
    },
  );

  test("comes from the score where an old result has no target", () => {
    expect(verdictOf(measured({ score: 1, target: null }))).toBe("on");
    expect(verdictOf(measured({ score: 0.2, target: null }))).toBe("near");
    expect(verdictOf(measured({ score: 0.2, target: null }), "high")).toBe("off");
  });
});

test.each([
  [1, "sure"],
  [0.75, "sure"],
  [0.749, "fairly"],
  [0.5, "fairly"],
  [0.499, "unsure"],
  [0.35, "unsure"],
  [0.349, "too_unsure"],
  [0, "too_unsure"],
] as const)("a confidence of %d is %s", (confidence, sureness) => {
  expect(surenessOf(confidence)).toBe(sureness);
});

test("how far a value lies outside of a range", () => {
  expect(beyond(140, [145, null])).toBe(5);
  expect(beyond(7, [null, 6])).toBe(1);
  expect(beyond(0.6, [0.5, 1])).toBeLessThan(0);
  expect(beyond(3, [null, null])).toBe(Number.NEGATIVE_INFINITY);
});

test("the most severe finding about a number counts; those about the film count for none", () => {
  const about = (metric: Finding["metric"], severity: Finding["severity"]): Finding => ({
    ...{ code: "KNEE_COLLAPSE", title: "", metric, severity, why_it_matters: "", cues: [], drills: [], confidence: 1 },
    evidence: { value: null, error: null, unit: null, threshold: null, moments: [] },
  });
  const found = severities([
    about("front_knee_brace_score", "medium"),
    about("front_knee_brace_score", "low"),
    about(null, "high"),
  ]);
  expect([...found]).toEqual([["front_knee_brace_score", "medium"]]);
});
