import { describe, expect, test } from "vitest";

import type { Event } from "../src/api/types";
import {
  asksAgain,
  eventsOf,
  type Happening,
  IDLE,
  isIn,
  movesShown,
  named,
  next,
  type State,
  undoOf,
} from "../src/clip/moves";

const moved = (t_ms: number | null, name: Event["name"] = "front_foot_contact"): Happening => ({
  it: "moved",
  name,
  t_ms,
});
const having = (...happenings: Happening[]): State => happenings.reduce(next, IDLE);
const event = (name: Event["name"], t_ms: number, source: Event["source"]): Event => ({
  name,
  t_ms,
  frame: Math.round(t_ms / 33),
  confidence: 1,
  source,
});

describe("a correction", () => {
  test("sends the last of many moves, once", () => {
    const state = having(moved(500), moved(533), moved(567), { it: "settled" });
    expect(state).toEqual({ is: "sending", sent: { front_foot_contact: 567 }, later: {}, overtaken: {} });
    expect(next(state, { it: "answered" })).toEqual(IDLE);
  });

  test("sends two marks that were moved together in one request", () => {
    const state = having(moved(500), moved(400, "back_foot_contact"), { it: "settled" });
    expect(state).toEqual({
      is: "sending",
      sent: { front_foot_contact: 500, back_foot_contact: 400 },
      later: {},
      overtaken: {},
    });
  });

  test("keeps a move that is made while the one before is on its way", () => {
    const state = having(moved(500), { it: "settled" }, moved(533));
    expect(movesShown(state)).toEqual({ front_foot_contact: 533 });
    expect(next(state, { it: "answered" })).toEqual({
      is: "settling",
      moves: { front_foot_contact: 533 },
      overtaken: {},
    });
  });

  test("is kept without a connection and sent when there is one", () => {
    const held = having(moved(500), { it: "settled" }, { it: "cut" });
    expect(held).toEqual({ is: "held", moves: { front_foot_contact: 500 }, overtaken: {} });
    expect(next(held, { it: "online" }).is).toBe("sending");
    expect(next(held, moved(400, "back_foot_contact"))).toEqual({
      is: "settling",
      moves: { front_foot_contact: 500, back_foot_contact: 400 },
      overtaken: {},
    });
  });

  test("returns the mark and says why when it is refused", () => {
    const state = having(moved(500), { it: "settled" }, { it: "refused", message: "Too early." });
    const moves = { front_foot_contact: 500 };
    expect(state).toEqual({ is: "refused", moves, message: "Too early.", overtaken: {} });
    expect(movesShown(state)).toEqual({});
    expect(next(state, moved(600))).toEqual({ is: "settling", moves: { front_foot_contact: 600 }, overtaken: {} });
  });

  const overtaken = having(moved(500), { it: "settled" }, { it: "outdated" });

  test("asks the coach before it overwrites somebody else's change", () => {
    expect(movesShown(overtaken)).toEqual({});
    expect(asksAgain(overtaken)).toBe(true);
    expect(next(overtaken, { it: "repeated" })).toMatchObject({ is: "sending", sent: { front_foot_contact: 500 } });
    expect(next(overtaken, { it: "dropped" })).toEqual(IDLE);
  });

  test("asks again for what was overtaken after another mark was moved", () => {
    const other = next(overtaken, moved(400, "back_foot_contact"));
    expect(movesShown(other)).toEqual({ back_foot_contact: 400 });
    expect(asksAgain(other)).toBe(false);
    const sending = next(other, { it: "settled" });
    expect(sending).toMatchObject({ is: "sending", sent: { back_foot_contact: 400 } });
    const answered = next(sending, { it: "answered" });
    expect(asksAgain(answered)).toBe(true);
    expect(next(answered, { it: "repeated" })).toMatchObject({ sent: { front_foot_contact: 500 } });
  });

  test.each<[string, Happening, object]>([
    ["the connection breaks", { it: "cut" }, { is: "held", moves: { back_foot_contact: 400 } }],
    ["the other one is refused", { it: "refused", message: "No." }, { is: "refused" }],
  ])("keeps what was overtaken when %s", (_, happening, expected) => {
    const sending = [moved(400, "back_foot_contact"), { it: "settled" } as const].reduce(next, overtaken);
    const state = next(sending, happening);
    expect(state).toMatchObject({ ...expected, overtaken: { front_foot_contact: 500 } });
    // What waits for the network is dropped, or what was overtaken: never both by one answer.
    if (state.is === "held") expect(asksAgain(next(state, { it: "dropped" }))).toBe(true);
    else expect(asksAgain(state)).toBe(true);
  });

  test("asks for both when the second is overtaken too", () => {
    const happenings = [moved(400, "back_foot_contact"), { it: "settled" } as const, { it: "outdated" } as const];
    const both = happenings.reduce(next, overtaken);
    expect(both.overtaken).toEqual({ front_foot_contact: 500, back_foot_contact: 400 });
  });

  test("forgets what was overtaken once the coach moves the same mark", () => {
    const again = [moved(600), { it: "settled" } as const, { it: "answered" } as const].reduce(next, overtaken);
    expect(again).toEqual(IDLE);
  });

  test("keeps a move that is made while it is told that it was overtaken", () => {
    const state = having(moved(500), { it: "settled" }, moved(400, "back_foot_contact"), { it: "outdated" });
    expect(state.overtaken).toEqual({ front_foot_contact: 500, back_foot_contact: 400 });
  });

  test.each<Happening>([
    { it: "settled" },
    { it: "answered" },
    { it: "outdated" },
    { it: "refused", message: "" },
    { it: "cut" },
    { it: "online" },
    { it: "repeated" },
    { it: "dropped" },
  ])("does nothing out of turn: $it", (happening) => {
    expect(next(IDLE, happening)).toEqual(IDLE);
  });
});

describe("undo", () => {
  const before = [event("back_foot_contact", 400, "inferred"), event("front_foot_contact", 500, "given")];

  test("gives the coach's own earlier time back, else what is found", () => {
    expect(undoOf({ front_foot_contact: 600, back_foot_contact: 300, ball_release: 800 }, before)).toEqual({
      front_foot_contact: 500,
      back_foot_contact: null,
      ball_release: null,
    });
  });
});

describe("what the server has already", () => {
  const events = [event("back_foot_contact", 400, "inferred"), event("front_foot_contact", 500.1, "given")];

  test.each([
    [{ front_foot_contact: 500 }, true],
    [{ front_foot_contact: 533 }, false],
    [{ back_foot_contact: 400 }, false],
    [{ back_foot_contact: null }, true],
    [{ ball_release: null }, true],
    [{ front_foot_contact: null }, false],
  ])("%o: %s", (moves, expected) => {
    expect(isIn(moves, events)).toBe(expected);
  });
});

test("the events of a discipline are those that its action has", () => {
  expect(eventsOf("bowling")).toContain("ball_release");
  expect(eventsOf("batting")).not.toContain("ball_release");
  expect(eventsOf(null)).toHaveLength(6);
  expect(eventsOf("fielding")).toEqual([]);
});

test("moves are listed with their names", () => {
  expect(named({ ball_release: null, stance: 3 })).toEqual([
    ["ball_release", null],
    ["stance", 3],
  ]);
});
