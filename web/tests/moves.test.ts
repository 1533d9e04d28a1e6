import { describe, expect, test } from "vitest";

import type { Event } from "../src/api/types";
import { eventsOf, type Happening, IDLE, isIn, movesShown, named, next, type State, undoOf } from "../src/clip/moves";

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
    expect(state).toEqual({ is: "sending", sent: { front_foot_contact: 567 }, later: {} });
    expect(next(state, { it: "answered" })).toEqual(IDLE);
  });

  test("sends two marks that were moved together in one request", () => {
    const state = having(moved(500), moved(400, "back_foot_contact"), { it: "settled" });
    expect(state).toEqual({ is: "sending", sent: { front_foot_contact: 500, back_foot_contact: 400 }, later: {} });
  });

  test("keeps a move that is made while the one before is on its way", () => {
    const state = having(moved(500), { it: "settled" }, moved(533));
    expect(movesShown(state)).toEqual({ front_foot_contact: 533 });
    expect(next(state, { it: "answered" })).toEqual({ is: "settling", moves: { front_foot_contact: 533 } });
  });

  test("is kept without a connection and sent when there is one", () => {
    const held = having(moved(500), { it: "settled" }, { it: "cut" });
    expect(held).toEqual({ is: "held", moves: { front_foot_contact: 500 } });
    expect(next(held, { it: "online" }).is).toBe("sending");
    expect(next(held, moved(400, "back_foot_contact"))).toEqual({
      is: "settling",
      moves: { front_foot_contact: 500, back_foot_contact: 400 },
    });
  });

  test("returns the mark and says why when it is refused", () => {
    const state = having(moved(500), { it: "settled" }, { it: "refused", message: "Too early." });
    expect(state).toEqual({ is: "refused", moves: { front_foot_contact: 500 }, message: "Too early." });
    expect(movesShown(state)).toEqual({});
    expect(next(state, moved(600))).toEqual({ is: "settling", moves: { front_foot_contact: 600 } });
  });

  test("asks the coach before it overwrites somebody else's change", () => {
    const state = having(moved(500), { it: "settled" }, { it: "outdated" });
    expect(movesShown(state)).toEqual({});
    expect(next(state, { it: "repeated" })).toEqual({ is: "sending", sent: { front_foot_contact: 500 }, later: {} });
    expect(next(state, { it: "dropped" })).toEqual(IDLE);
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
