import { describe, expect, test } from "vitest";

import { Failure, type FailureCode } from "../src/api/problem";
import { captureOf, faultsOf, NO_ANSWERS, proposedTitle, sessionOf } from "../src/upload/answers";
import { contentTypeOf, faultOf } from "../src/upload/check";
import { type Event, next, restored, START, type State } from "../src/upload/machine";
import { eventOf } from "../src/upload/outcome";
import { Pace } from "../src/upload/pace";
import { bytesOf, isSame, missingOf, slicesOf } from "../src/upload/slices";

const target = { session: "s", job: "j", partSize: 8 };
const refusal = { code: "quota_exceeded", detail: "", requestId: null, isSpent: false } as const;
const base = { target, replaced: null, parts: { 1: "a" }, tried: 0, round: 0 };
const states = {
  checked: START,
  initiating: { ...START, is: "initiating" },
  sending: { ...base, is: "sending" },
  completing: { ...base, is: "completing" },
  watching: { ...base, is: "watching" },
  lost: { ...base, is: "lost" },
  cancelled: { ...base, is: "cancelled" },
  paused: { ...base, is: "paused", work: "sending" },
  offline: { ...base, is: "offline", work: "completing" },
  delayed: { ...base, is: "delayed", work: "sending", code: "overloaded", until: 9, tried: 1 },
  failed: { ...base, is: "failed", refusal, again: "completing" },
} satisfies Record<string, State>;
type Name = keyof typeof states;

const events = {
  send: { type: "send" },
  initiated: { type: "initiated", target },
  stored: { type: "stored", number: 2, etag: "b" },
  found: { type: "found", parts: { 3: "c" } },
  sent: { type: "sent" },
  completed: { type: "completed" },
  missing: { type: "missing" },
  pause: { type: "pause" },
  resume: { type: "resume" },
  offline: { type: "offline" },
  online: { type: "online" },
  delay: { type: "delay", code: "overloaded", until: 5, requestId: null },
  elapsed: { type: "elapsed" },
  refuse: { type: "refuse", refusal, again: "fresh" },
  again: { type: "again" },
  chosen: { type: "chosen" },
  cancel: { type: "cancel" },
} satisfies Record<Event["type"], Event>;

/** Where each event leads; a state that is not named stays as it is. */
const leads: Record<Event["type"], Partial<Record<Name, Name>>> = {
  send: { checked: "initiating" },
  initiated: { initiating: "sending" },
  stored: {},
  found: {},
  sent: { sending: "completing" },
  completed: { completing: "watching" },
  missing: { completing: "sending" },
  pause: { initiating: "paused", sending: "paused", completing: "paused", offline: "paused", delayed: "paused" },
  resume: { paused: "sending", offline: "completing", delayed: "sending" },
  offline: { initiating: "offline", sending: "offline", completing: "offline", delayed: "offline" },
  online: { offline: "completing" },
  delay: { initiating: "delayed", sending: "delayed", completing: "delayed" },
  elapsed: { delayed: "sending" },
  refuse: { initiating: "failed", sending: "failed", completing: "failed" },
  again: { failed: "completing" },
  chosen: { lost: "sending" },
  cancel: {
    ...{ checked: "cancelled", initiating: "cancelled", sending: "cancelled", completing: "cancelled" },
    ...{ lost: "cancelled", paused: "cancelled", offline: "cancelled", delayed: "cancelled", failed: "cancelled" },
  },
};

describe("an upload", () => {
  const pairs = Object.entries(states).flatMap(([name, state]) =>
    Object.values(events).map((event): [Name, State, Event] => [name as Name, state, event]),
  );

  test.each(pairs)("that is %s", (name, state, event) => {
    const after = next(state, event);
    expect(after.is).toBe(leads[event.type][name] ?? name);
    if (!["stored", "found"].includes(event.type) && after.is === state.is) expect(after).toBe(state);
  });

  test("keeps a part that arrives after a pause, and forgets it with the upload", () => {
    expect(next(states.paused, events.stored).parts).toEqual({ 1: "a", 2: "b" });
    expect(next(states.cancelled, events.stored).parts).toEqual({ 1: "a" });
    expect(next(states.checked, events.stored)).toBe(states.checked);
  });

  test("takes the API's word for the parts that are there", () => {
    expect(next(states.sending, events.found).parts).toEqual({ 3: "c" });
  });

  test("believes in no part once the API misses one", () => {
    expect(next(states.completing, events.missing)).toMatchObject({ is: "sending", parts: {}, tried: 1 });
  });

  test("asks a person after five failures in a row", () => {
    let state: State = states.completing;
    for (let tried = 1; tried <= 5; tried++) {
      state = next(next(state, events.delay), events.elapsed);
      expect(state).toMatchObject({ is: "completing", tried });
    }
    state = next(state, events.delay);
    expect(state).toMatchObject({ is: "failed", again: "completing", refusal: { code: "overloaded", isSpent: true } });
    expect(next(state, events.again)).toMatchObject({ is: "completing", tried: 0 });
  });

  test("does not give up on a lost connection", () => {
    let state: State = states.sending;
    for (let tried = 0; tried < 50; tried++) {
      state = next(next(state, { ...events.delay, code: "network" }), events.elapsed);
    }
    expect(state.is).toBe("sending");
  });

  test("counts failures from zero after a part has arrived", () => {
    expect(next({ ...states.sending, tried: 4 }, events.stored).tried).toBe(0);
  });

  test("does not repeat for ever where the API never finds the clip", () => {
    let state: State = states.completing;
    for (let round = 0; round < 6; round++) state = next(next(state, events.missing), events.sent);
    expect(state).toMatchObject({ is: "failed", again: "sending" });
  });

  test("that was rejected goes on with a new job in the same session", () => {
    const failed = next(states.completing, events.refuse);
    expect(next(failed, events.again)).toEqual({
      ...{ is: "initiating", target: null, replaced: failed.target, parts: {}, tried: 0, round: 1 },
    });
    expect(failed.target).not.toBeNull();
  });

  test("that is gone starts in a session of its own", () => {
    const gone = next(states.completing, {
      ...events.refuse,
      refusal: { ...events.refuse.refusal, code: "not_found" },
    });
    expect(next(gone, events.again)).toMatchObject({ is: "initiating", target: null, replaced: null });
  });

  test("that no try can cure stays failed", () => {
    const failed = next(states.sending, { ...events.refuse, again: null });
    expect(next(failed, events.again)).toBe(failed);
  });

  test("without a job starts from the first step when its file is chosen again", () => {
    expect(next({ ...START, is: "lost" }, events.chosen).is).toBe("initiating");
  });

  test.each<[Name, string]>([
    ["checked", "lost"],
    ["initiating", "lost"],
    ["sending", "lost"],
    ["paused", "lost"],
    ["delayed", "lost"],
    ["completing", "completing"],
    ["offline", "completing"],
    ["failed", "completing"],
    ["watching", "watching"],
    ["lost", "lost"],
  ])("that is %s is %s after a reload", (name, expected) => {
    expect(restored(states[name])).toMatchObject({ is: expected, target: states[name].target });
  });
});

describe("a failure", () => {
  const usual = { isOnline: true, hasFile: true, isAdded: false, wait: 4, now: 1000 };
  const failure = (code: FailureCode, status: number | null = 409, retryAfter: number | null = null) =>
    new Failure(code, "why", status, [], retryAfter, "r");

  test.each([
    ["network", "sending", { ...usual, isOnline: false }, { type: "offline" }],
    ["upload_missing", "completing", usual, { type: "missing" }],
    ["upload_missing", "completing", { ...usual, hasFile: false }, { type: "refuse", again: "fresh" }],
    ["conflict", "sending", usual, { type: "sent" }],
    ["conflict", "initiating", usual, { type: "refuse", again: "fresh" }],
    ["upload_rejected", "completing", usual, { type: "refuse", again: "fresh" }],
    ["not_found", "initiating", usual, { type: "refuse", again: "fresh" }],
    ["not_found", "initiating", { ...usual, isAdded: true }, { type: "refuse", again: null }],
    ["not_entitled", "initiating", usual, { type: "refuse", again: null }],
    ["invalid", "initiating", usual, { type: "refuse", again: null }],
    ["quota_exceeded", "initiating", usual, { type: "refuse", again: "initiating" }],
    ["internal_error", "completing", usual, { type: "refuse", again: "completing" }],
  ] as const)("%s while %s", (code, work, circumstances, expected) => {
    expect(eventOf(failure(code), work, circumstances)).toMatchObject(expected);
  });

  test("of fields names them", () => {
    const invalid = new Failure("invalid", "Wrong.", 422, [{ field: "title", message: "Too long." }]);
    expect(eventOf(invalid, "initiating", usual)).toMatchObject({ refusal: { detail: "Wrong. title: Too long." } });
  });

  test.each([
    [failure("network", null), 5000],
    [failure("overloaded", 503), 5000],
    [failure("queue_unavailable", 503, 7), 8000],
    [failure("rate_limited", 429, 2), 3000],
    [failure("conflict", 409, 1), 2000],
    [failure("request_timeout", 408), 5000],
  ])("that passes waits as long as it asks: %s", (given, until) => {
    expect(eventOf(given, "sending", usual)).toEqual({ type: "delay", code: given.code, until, requestId: "r" });
  });
});

describe("parts", () => {
  test.each([
    [16, 8, 2],
    [17, 8, 3],
    [3, 8, 1],
  ])("of %d bytes by %d are %d and leave no gap", (size, partSize, count) => {
    const slices = slicesOf(size, partSize);
    expect(slices).toHaveLength(count);
    expect(slices.at(-1)?.end).toBe(size);
    slices.slice(1).forEach((slice, index) => {
      expect(slice.start).toBe(slices[index]?.end);
    });
  });

  test("that arrived are not sent again", () => {
    const slices = slicesOf(20, 8);
    expect(missingOf(slices, { 1: "a", 3: "c" }).map(({ number }) => number)).toEqual([2]);
    expect(bytesOf(slices, { 1: "a", 3: "c" })).toBe(12);
  });

  test("belong to one file", () => {
    const file = { name: "a.mp4", size: 3, lastModified: 7 };
    expect(isSame(file, { ...file })).toBe(true);
    expect(isSame(file, { ...file, lastModified: 8 })).toBe(false);
  });
});

describe("the pace", () => {
  test("is unknown at first, then that of the last seconds", () => {
    const pace = new Pace();
    pace.add(0, 0);
    expect(pace.rate()).toBeNull();
    for (let second = 1; second <= 20; second++) pace.add(second * 1000, second * 500);
    expect(pace.rate()).toBe(500);
    for (let second = 21; second <= 40; second++) pace.add(second * 1000, 10_000 + (second - 20) * 2000);
    expect(pace.rate()).toBe(2000);
  });

  test("starts again after a part broke off", () => {
    const pace = new Pace();
    pace.add(0, 0);
    pace.add(3000, 3000);
    pace.add(4000, 100);
    expect(pace.rate()).toBeNull();
  });
});

describe("a file", () => {
  const file = (name: string, type: string, size = 1) => ({ name, type, size });

  test.each([
    ["a.mp4", "video/mp4", "video/mp4"],
    ["a.MOV", "", "video/quicktime"],
    ["a.m4v", "video/x-m4v", "video/mp4"],
    ["a.mov", "video/quicktime", "video/quicktime"],
    ["a.webm", "video/webm;codecs=vp9", "video/webm"],
    ["a.mp4", "application/octet-stream", "video/mp4"],
    ["a.avi", "video/x-msvideo", null],
    ["a.mp4", "text/plain", null],
    ["a", "", null],
  ])("%s of type %j is %s", (name, type, expected) => {
    expect(contentTypeOf(file(name, type))).toBe(expected);
  });

  test.each([
    [file("a.avi", ""), null, "type"],
    [file("a.mp4", "", 0), null, "empty"],
    [file("a.mp4", "", 500_000_001), null, "size"],
    [file("a.mp4", ""), 601, "length"],
    [file("a.mp4", ""), 600, null],
    [file("a.mp4", ""), null, null],
  ])("%j of %d s has the fault %s", (given, seconds, expected) => {
    expect(faultOf(given, seconds)).toBe(expected);
  });
});

describe("answers", () => {
  const answers = { ...NO_ANSWERS, title: " Nets ", player: " Asha " };

  test("become a session without what is left open", () => {
    expect(sessionOf(answers)).toEqual({
      ...{ title: "Nets", player_ids: ["Asha"], discipline: "bowling", camera_view: "side" },
    });
    expect(sessionOf({ ...answers, height: "171,5", style: "spin", age: "u15", hand: "left" })).toMatchObject({
      ...{ height_cm: 172, bowling_style: "spin", age_group: "u15", handedness: "left" },
    });
  });

  test("say pace or spin of a bowler only", () => {
    expect(sessionOf({ ...answers, discipline: "batting", style: "spin" })).not.toHaveProperty("bowling_style");
  });

  test.each([
    ["no", "240", {}],
    ["unsure", "240", {}],
    ["yes", "120", { capture_fps: 120 }],
  ] as const)("slowed: %s at %s", (slow, rate, expected) => {
    expect(captureOf({ ...answers, slow, rate })).toEqual(expected);
  });

  test.each([
    [{}, []],
    [{ title: "  " }, ["title"]],
    [{ title: "x".repeat(201) }, ["title"]],
    [{ title: "🏏".repeat(200) }, []],
    [{ player: "x".repeat(65) }, ["player"]],
    [{ height: "79" }, ["height"]],
    [{ height: "tall" }, ["height"]],
    [{ slow: "yes", rate: "" }, ["rate"]],
    [{ slow: "no", rate: "" }, []],
  ] as const)("%j have the faults %j", (given, faults) => {
    expect(faultsOf({ ...answers, ...given })).toEqual(faults);
  });

  test("propose a title", () => {
    expect(proposedTitle("27 Nov", " Asha ")).toBe("27 Nov, Asha");
    expect(proposedTitle("27 Nov", "")).toBe("27 Nov");
  });
});
