import { describe, expect, test } from "vitest";

import type { FilmAction, Measure, Metric, Metrics, Results } from "../src/api/types";
import { saidIn } from "../src/clip/notes";
import { byReason, hasCurve, numbersOf, valueAt } from "../src/clip/numbers";
import { priorityOf } from "../src/clip/priority";
import { actionsOf, overAll } from "../src/clip/several";
import { changeText, digitsIn, humanised, rangeText, withError, wordsOf } from "../src/clip/words";
import { en } from "../src/strings/en";
import { measured } from "./measured";

const metric: Metric = {
  ...{
    score: 1,
    value: 2,
    unit: "deg",
    error: 1,
    confidence: 0.6,
    reason: null,
    window: null,
    worst: [],
    series: null,
  },
};
const none: Metric = { ...metric, score: null, value: null, confidence: 0, reason: "Hidden." };
const metrics = (given: Partial<Metrics> = {}): Metrics => ({
  head_stability_score: none,
  balance_drift_score: none,
  front_knee_brace_score: none,
  hip_shoulder_separation_timing: none,
  elbow_drop_score: none,
  ...given,
});
const results = (given: Partial<Metrics> = {}, findings: Partial<Results["findings"]> = {}): Results => ({
  schema: 2,
  pose: {
    frames: [],
    pose_summary: {
      ...{ source_fps: 30, width: 1, height: 1, duration_ms: null, decoded_ms: 1, truncated: false, rotation: 0 },
      ...{ frames_sampled: 0, frames_detected: 0, detection_rate: 0, people_seen: null, fine_window_ms: null },
      ...{ discipline: null, discipline_confidence: 0, discipline_source: null },
      ...{ handedness: null, handedness_confidence: 0, handedness_source: null },
      ...{ camera_view: null, camera_view_confidence: 0, camera_view_source: null, events: [] },
    },
  },
  metrics: metrics(given),
  findings: {
    ...{ overall_level: "high", findings: [], strengths: [] },
    capture_quality: { level: "low", notes: ["Film from the side."] },
    ...findings,
  },
  report: { summary: "", top_issues: [], drills: [], one_week_plan: [] },
  versions: { analysis: "1", catalogue: "1", models: {} },
});

describe("the words of a number", () => {
  // A metric that the API adds, and the page has no words for, does not compile here.
  const names: Record<keyof Metrics, true> = {
    head_stability_score: true,
    balance_drift_score: true,
    front_knee_brace_score: true,
    hip_shoulder_separation_timing: true,
    elbow_drop_score: true,
  };

  test("are there for each metric, action and view", () => {
    expect(Object.keys(en.reading.metrics).sort()).toEqual(Object.keys(names).sort());
    for (const name of Object.keys(names)) {
      for (const discipline of ["bowling", "batting", "fielding", "wicketkeeping", null] as const) {
        for (const camera_view of ["side", "front", null] as const) {
          const words = wordsOf(measured({ name }), { discipline, events: [], camera_view, camera_view_confidence: 1 });
          expect(words.title).not.toMatch(/_|score/i);
          expect(words.says).toMatch(/\.$/);
        }
      }
    }
  });

  test("tell what a picture from there shows, and of a view that the film denies what any does", () => {
    const release = { name: "ball_release", frame: 1, t_ms: 40, confidence: 1, source: "inferred" } as const;
    const says = (name: string, camera_view: "side" | "front" | "behind" | null, camera_view_confidence = 1) =>
      wordsOf(measured({ name }), { discipline: "bowling", events: [release], camera_view, camera_view_confidence })
        .says;
    for (const name of ["head_stability_score", "balance_drift_score"]) {
      expect(says(name, "front")).toBe(says(name, "behind"));
      expect(says(name, "front")).not.toBe(says(name, "side"));
      expect(says(name, "front", 0.45)).toBe(says(name, null, 0));
    }
    expect(says("front_knee_brace_score", "front")).toBe(says("front_knee_brace_score", "side"));
  });

  test("of a change have the decimals of its unit where the number is told in another", () => {
    const stride = measured({ name: "stride_length", unit: "m", digits: 2 });
    expect(digitsIn([stride], "stride_length", "m")).toBe(2);
    expect(digitsIn([stride], "stride_length", "percent_height")).toBe(0);
  });

  test("are the API's for others, else their name", () => {
    const nowhere = { discipline: null, events: [], camera_view: null, camera_view_confidence: 0 };
    expect(wordsOf(measured({ name: "trunk_lean_release", title: "Lean" }), nowhere).title).toBe("Lean");
    expect(wordsOf(measured({ name: "trunk_lean_score" }), nowhere).title).toBe("Trunk lean");
    expect(wordsOf(measured({ name: "constructor" }), nowhere).title).toBe("Constructor");
    expect(humanised("")).toBe("");
  });

  test("say value, error and range in its unit", () => {
    expect(withError(measured())).toBe("150° ± 16");
    expect(withError(measured({ error: null }))).toBe("150°");
    expect(rangeText(measured(), [165, null])).toBe("165° or more");
    expect(rangeText(measured({ unit: "percent_H" }), [null, 2])).toBe("2.0 % or less");
    expect(rangeText(measured({ unit: "ratio" }), [0.5, 1])).toBe("0.50 to 1.00");
    expect(rangeText(measured(), [null, null])).toBe("");
  });
});

describe("measures", () => {
  const measure: Measure = {
    ...{
      name: "trunk_lean_release",
      title: "Trunk lean",
      says: "Mid-hip to mid-shoulder.",
      group: "trunk_head",
      digits: 0,
    },
    ...{ unit: "deg", value: 7, uncertainty: 5, confidence: 0.6, reason: null, action: 1 },
    moments: [
      { frame: 3, t_ms: 99 },
      { frame: 4, t_ms: 132 },
    ],
    reference: { low: 1, high: null, text: "adults", source: "A study, n = 9" },
  };

  test("are read at the last of their moments, with what others did", () => {
    const found = numbersOf({ ...results(), primary_action: 1, measures: [measure] }).at(-1);
    expect(found).toMatchObject({ kind: "measure", error: 5, series: null, at: { frame: 4 } });
    expect(found?.moments.map(({ frame }) => frame)).toEqual([4, 3]);
    expect(found?.reference?.source).toBe("A study, n = 9");
  });

  test("are those of the action that the report is of", () => {
    const measures = [{ ...measure, action: 0, value: 1 }, measure, { ...measure, action: null }];
    const of = (primary_action: number | null) =>
      numbersOf({ ...results(), primary_action, measures }).filter(({ kind }) => kind === "measure");
    expect(of(1).map(({ value }) => value)).toEqual([7]);
    expect(of(null)).toHaveLength(1);
    expect(numbersOf(results()).some(({ kind }) => kind === "measure")).toBe(false);
  });

  test("of every action stand beside its metrics", () => {
    const actions = [action(0, 150, 0.5), action(1, 160, null)];
    const [first, second] = actionsOf({ actions, measures: [measure, { ...measure, action: 0, value: null }] });
    expect(first?.numbers.map(({ name }) => name)).toEqual(["knee"]);
    expect(second?.numbers).toEqual([
      { name: "knee", value: 160, error: 2, score: null },
      { name: "trunk_lean_release", value: 7, error: 5, score: null },
    ]);
    expect(actionsOf({})).toEqual([]);
  });

  test("without a value share their reason", () => {
    const none = ["Hidden.", "Hidden.", null].map((reason, n) => measured({ name: `${n}`, value: null, reason }));
    expect(byReason(none).map(([reason, of]) => [reason, of.length])).toEqual([
      ["Hidden.", 2],
      ["", 1],
    ]);
  });
});

function action(index: number, value: number | null, score: number | null): FilmAction {
  return {
    ...{ index, discipline: "bowling", handedness: "right", confidence: 1, read: "fine", events: [] },
    window: { start_ms: 1000 * index, end_ms: 1000 * index + 900 },
    metrics: { knee: { value, error: 2, score, confidence: 0.6, reason: null } },
  };
}

describe("a number over all actions", () => {
  test("has a mean, a spread, and the best and the worst of what is judged", () => {
    const actions = actionsOf({ actions: [action(0, 150, 0.5), action(1, 160, 0.9), action(2, 155, null)] });
    expect(overAll("knee", actions)).toMatchObject({ mean: 155, spread: 5, best: 1, worst: 0 });
  });

  test("has no best where nothing or one score for all is judged", () => {
    const unjudged = actionsOf({ actions: [action(0, 150, null), action(1, 160, null)] });
    expect(overAll("knee", unjudged)).toMatchObject({ best: null, worst: null });
    const equal = actionsOf({ actions: [action(0, 150, 1), action(1, 160, 1)] });
    expect(overAll("knee", equal)).toMatchObject({ best: null, worst: null });
  });

  test("is none where fewer than two actions have it", () => {
    expect(overAll("knee", actionsOf({ actions: [action(0, 150, 1), action(1, null, null)] }))).toBeNull();
    expect(overAll("head", actionsOf({ actions: [action(0, 150, 1), action(1, 150, 1)] }))).toBeNull();
  });
});

test("the sentence about a bowler's elbow stands apart from the summary, in the report's own words", () => {
  const text = "The elbow was not judged: one camera cannot do that. See a doctor.";
  expect(saidIn({ summary: `No fault. ${text}` })).toEqual({ summary: "No fault.", notes: [{ title: null, text }] });
  const note = { code: "elbow", title: "Elbow", text: "Given." };
  expect(saidIn({ summary: "No fault.", notes: [note] })).toEqual({ summary: "No fault.", notes: [note] });
  expect(saidIn({ summary: "No fault." })).toEqual({ summary: "No fault.", notes: [] });
});

test("a change says its sign, its error and its unit", () => {
  expect(changeText(4, 3, "percent_height", 0)).toBe("+4 % ± 3");
  expect(changeText(-0.25, null, "m", 2)).toBe("−0.25 m");
});

describe("what to read first", () => {
  test("is how to film again where fewer than two numbers are judged", () => {
    expect(priorityOf(results({ head_stability_score: metric }))).toEqual({
      is: "little",
      todo: ["Film from the side."],
    });
  });

  test("is that there is nothing, with the surest number", () => {
    const given = { head_stability_score: metric, balance_drift_score: { ...metric, confidence: 0.9 } };
    expect(priorityOf(results(given))).toMatchObject({ is: "nothing", number: { name: "balance_drift_score" } });
  });
});

test("a curve needs two values", () => {
  expect(hasCurve(measured({ series: { t_ms: [1, 2], value: [1, null] } }))).toBe(false);
  expect(hasCurve(measured({ series: { t_ms: [1, 2], value: [1, 2] } }))).toBe(true);
  expect(hasCurve(measured())).toBe(false);
});

test("the value at a frame is the series' own, or none", () => {
  const series = { t_ms: [500.5, 533.867], value: [null, 143] };
  expect(valueAt(series, 533.868)).toBe(143);
  expect(valueAt(series, 500.5)).toBeNull();
  expect(valueAt(series, 540)).toBeNull();
});
