import type { Measured } from "../src/clip/numbers";

/** A knee that was judged, with what a test is about. */
export function measured(given: Partial<Measured> = {}): Measured {
  return {
    name: "front_knee_brace_score",
    kind: "metric",
    value: 150,
    unit: "deg",
    error: 16,
    confidence: 0.6,
    score: 0.6,
    reason: null,
    at: null,
    target: null,
    series: null,
    moments: [],
    title: null,
    says: null,
    group: null,
    digits: null,
    reference: null,
    ...given,
  };
}
