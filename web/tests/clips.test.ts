import { describe, expect, test } from "vitest";

import type { JobRecord, ListedSession, Summary } from "../src/api/schema";
import { changesOf, formOf } from "../src/clips/edits";
import { namesOf } from "../src/clips/names";
import { comparable, numbered } from "../src/clips/numbered";
import { changed, isRunning, livePages, matches, type Page, replaced, sessionsOf } from "../src/clips/pages";
import { judgedOf, verdictOf } from "../src/clips/summary";

const session = (session_id: string, job: ListedSession["job"] = null): ListedSession => ({
  ...{ session_id, job, title: `Nets ${session_id}`, player_ids: ["Asha R."], notes: null, discipline: null },
  ...{ handedness: null, camera_view: null, status: "pending", created_at: "2026-11-27T10:00:00Z", summary: null },
});
const job = (status: "queued" | "processing" | "completed" | "failed", stage: "waiting" | null = null) => ({
  ...{ job_id: "j", status, stage, progress: 0 },
});
const page = (cursor: string | null, ...items: ListedSession[]): Page => ({ cursor, items, next_cursor: null });

describe("pages of sessions", () => {
  test("show a session once where a page has moved", () => {
    const pages = [page(null, session("a"), session("b")), page("1", session("b"), session("c"))];
    expect(sessionsOf(pages).map(({ session_id }) => session_id)).toEqual(["a", "b", "c"]);
  });

  test("are live while an analysis runs or waits for another attempt", () => {
    expect(isRunning(session("a", job("processing")))).toBe(true);
    expect(isRunning(session("a", job("failed", "waiting")))).toBe(true);
    for (const status of ["queued", "completed", "failed"] as const) {
      expect(isRunning(session("a", job(status)))).toBe(false);
    }
    const live = page("1", session("b", job("processing")));
    expect(livePages([page(null, session("a")), live])).toEqual([live]);
  });

  test("are replaced by what was read at the same place", () => {
    const fresh = page("1", session("c"));
    expect(replaced([page(null), page("1", session("b"))], fresh)).toEqual([page(null), fresh]);
  });

  test("take a change, and a deletion", () => {
    const pages = [page(null, session("a"), session("b"))];
    const renamed = changed(pages, "b", (one) => ({ ...one, title: "New" }));
    expect(sessionsOf(renamed).map(({ title }) => title)).toEqual(["Nets a", "New"]);
    expect(sessionsOf(changed(pages, "a", () => null))).toHaveLength(1);
  });

  test.each([
    ["nets", true],
    ["ASHA nets", true],
    ["asha keeper", false],
    ["", true],
  ])("%j is found: %s", (search, expected) => {
    expect(matches(session("a"), search)).toBe(expected);
  });
});

describe("the clips of a session", () => {
  const record = (job_id: string, session_id: string, status: JobRecord["status"] = "completed"): JobRecord => ({
    ...{ job_id, session_id, status, stage: null, progress: 100, attempts: 1, final: true, revision: 1 },
    ...{ sample_fps: 15, include_frames: true, sqs_message_id: null, error_code: null, error_message: null },
    ...{ created_at: "2026-11-27T10:00:00Z", started_at: null, completed_at: null, retry_of: null },
  });
  const newestFirst = [record("4", "a", "failed"), record("3", "b"), record("2", "a"), record("1", "a")];

  test("are numbered in the order they were filmed, whatever became of them", () => {
    const ofOne = newestFirst.filter(({ session_id }) => session_id === "a");
    expect(numbered(ofOne).map(({ job, number }) => [job.job_id, number])).toEqual([
      ["1", 1],
      ["2", 2],
      ["4", 3],
    ]);
  });

  test("can be compared with each other, though the newest one failed", () => {
    const ids = (left: string) => comparable(newestFirst, "a", left).map(({ job, number }) => [job.job_id, number]);
    expect(ids("1")).toEqual([["2", 2]]);
    expect(ids("2")).toEqual([["1", 1]]);
    expect(ids("3")).toEqual([
      ["1", 1],
      ["2", 2],
    ]);
  });
});

describe("the form of a session", () => {
  const [before, newest] = [session("a"), { title: "Renamed", player_ids: ["Asha R.", "Bela"] }];

  test("keeps what the coach types when an answer or somebody else's change arrives late", () => {
    const typed = { title: "Mine" };
    expect(formOf(before, typed)).toMatchObject({ title: "Mine", players: "Asha R." });
    expect(formOf(newest, typed)).toMatchObject({ title: "Mine", players: "Asha R., Bela" });
  });

  test("keeps a field that the coach has emptied", () => {
    const tall = { ...newest, height_cm: 181 };
    expect(formOf(tall, { title: "", height: "" })).toMatchObject({ title: "", players: "Asha R., Bela", height: "" });
  });

  test("follows the newest version where nothing was typed", () => {
    const form = formOf({ ...newest, height_cm: 181, age_group: "u15" }, {});
    expect(form).toEqual({ title: "Renamed", players: "Asha R., Bela", height: "181", age: "u15", style: "" });
  });

  test("sends each field as the API takes it, and nothing for what is empty", () => {
    const form = { title: " Nets ", players: "Asha R., ", height: "172,6", age: "u13", style: "" } as const;
    expect(changesOf(form)).toEqual({
      ...{ title: "Nets", player_ids: ["Asha R."], height_cm: 173, age_group: "u13", bowling_style: null },
    });
    expect(changesOf({ ...form, height: " " }).height_cm).toBeNull();
  });
});

describe("a summary", () => {
  const metric = (score: number | null, value: number | null = 150) => ({
    ...{ score, value, error: 16, unit: "deg" as const, confidence: 0.5 },
  });
  const summary = (metrics: Summary["metrics"], top_issue: Summary["top_issue"] = null): Summary => ({
    ...{ overall_level: "high", top_issue, metrics },
  });

  test("counts as judged what has a score, in the order of the page", () => {
    const { judged, rest } = judgedOf(
      summary({
        head_stability_score: metric(0.9),
        elbow_drop_score: metric(null),
        front_knee_brace_score: metric(0.4),
      }),
    );
    expect(judged.map(({ name }) => name)).toEqual(["front_knee_brace_score", "head_stability_score"]);
    expect(rest).toBe(3);
  });

  test("says its issue, else that nothing or too little was found", () => {
    const issue = { code: "KNEE_COLLAPSE", title: "Knee", severity: "low", cue: "" } as const;
    expect(verdictOf(summary({}, issue))).toEqual({ tone: "low", title: "Knee", says: "issue" });
    expect(verdictOf(summary({ head_stability_score: metric(1) })).says).toBe("little");
    expect(verdictOf(summary({ head_stability_score: metric(1), front_knee_brace_score: metric(1) }))).toEqual({
      tone: "good",
      title: null,
      says: "nothing",
    });
  });
});

test.each([
  ["Asha R., Bina", ["Asha R.", "Bina"]],
  [" , a,,a ", ["a"]],
  ["", []],
])("the names in %j are %j", (text, names) => {
  expect(namesOf(text)).toEqual(names);
});
