import { describe, expect, test } from "vitest";

import type { NumberLine } from "../src/api/schema";
import { changedOf, inOrder, valuesOf } from "../src/player/lines";

const point = (value: number, uncertainty = 2) => ({
  ...{ job_id: "j", session_id: "s", action: 0, at: "2026-11-27T10:00:00Z", confidence: 1 },
  ...{ value, uncertainty },
});

function line(name: string, change: number | null, is_beyond_error = false, uncertainty = 2): NumberLine {
  return {
    ...{ name, kind: "measure", discipline: "bowling", title: name, unit: "deg", digits: 0, reference: null },
    ...{ points: [point(10)], truncated: false },
    change:
      change === null ? null : { ...{ from: 0, to: change, value: change, uncertainty, is_beyond_error }, ...SAID },
  };
}
const SAID = { smallest_worthwhile: 3, text: "" };

describe("a player's numbers", () => {
  const lines = [
    line("once", null),
    line("same", 1),
    line("up", 5, true),
    line("down", -9, true),
    line("exact", 0, false, 0),
  ];

  test("are told apart by what the server says of their change, the largest for its error first", () => {
    const { sure, open } = changedOf(lines);
    expect(sure.map(({ name }) => name)).toEqual(["down", "up"]);
    expect(open.map(({ name }) => name)).toEqual(["same", "exact"]);
  });

  test("are all shown, those of one clip last", () => {
    expect(inOrder(lines).map(({ name }) => name)).toEqual(["down", "up", "same", "exact", "once"]);
  });

  test("are drawn with their errors, and with what others did where it is near", () => {
    const reference = (low: number | null, high: number | null) => ({ low, high, text: "", source: "" });
    const points = [point(10), point(14)];
    const [low, high] = valuesOf({ points, reference: null });
    expect([low < 8, high > 16]).toEqual([true, true]);
    expect(valuesOf({ points, reference: reference(null, 20) })[1]).toBeGreaterThan(20);
    expect(valuesOf({ points, reference: reference(500, 600) })[1]).toBeLessThan(20);
    const [least, most] = valuesOf({ points: [point(0, 0)], reference: null });
    expect(most).toBeGreaterThan(least);
  });
});
