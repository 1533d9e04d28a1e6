import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Still, StillsView } from "../src/api/types";
import type { Step } from "../src/clip/model";
import { nextRange, outwards, Recent, Strip } from "../src/clip/strip";

const SIZE = 100;
const still = (frame: number, offset = frame * SIZE): Still => ({
  frame,
  t_ms: frame * 33,
  action: 0,
  offset,
  length: SIZE,
  repeated: false,
  width: 4,
  height: 4,
});
const steps = (count: number): Step[] =>
  Array.from({ length: count }, (_, frame) => ({ frame, t_ms: frame * 33, still: still(frame), landmarks: null }));

describe("the order of loading", () => {
  test("goes from the frames asked for outwards", () => {
    expect(outwards(steps(7), [3]).map(({ frame }) => frame)).toEqual([3, 2, 4, 1, 5, 0, 6]);
    expect(outwards(steps(6), [1, 4]).map(({ frame }) => frame)).toEqual([1, 4, 0, 2, 3, 5]);
  });

  test("begins with the first frame asked for, wherever it lies", () => {
    expect(outwards(steps(6), [4, 1]).map(({ frame }) => frame)).toEqual([4, 1, 3, 5, 0, 2]);
  });

  test("leaves out steps without an image", () => {
    const [first, ...rest] = steps(3);
    expect(outwards(first ? [{ ...first, still: null }, ...rest] : [], [0]).map(({ frame }) => frame)).toEqual([1, 2]);
  });
});

describe("the next request", () => {
  const order = outwards(steps(10), [5]);

  test("is one image alone, so that the first comes soon", () => {
    expect(nextRange(order, () => false, 1)).toEqual({ from: 500, to: 600 });
  });

  test("takes neighbours on both sides until it is large enough", () => {
    expect(nextRange(order, (offset) => offset === 500, 300)).toEqual({ from: 200, to: 500 });
    expect(nextRange(order, () => false)).toEqual({ from: 0, to: 1000 });
  });

  test("asks for nothing twice", () => {
    expect(nextRange(order, (offset) => offset < 600)).toEqual({ from: 600, to: 1000 });
    expect(nextRange(order, () => true)).toBeNull();
  });

  test("asks once for an image that several frames share", () => {
    expect(nextRange([still(0, 0), still(1, 0), still(2, 100)], () => false)).toEqual({ from: 0, to: 200 });
  });
});

describe("what is kept", () => {
  test("is what was used last; the rest is closed", () => {
    const closed: string[] = [];
    const recent = new Recent<string>(2, (item) => closed.push(item));
    recent.set(1, "a");
    recent.set(2, "b");
    expect(recent.get(1)).toBe("a");
    recent.set(3, "c");
    expect(closed).toEqual(["b"]);
    expect(recent.get(2)).toBeNull();
    recent.clear();
    expect(closed).toEqual(["b", "a", "c"]);
  });
});

describe("a strip", () => {
  const BYTES = new Uint8Array(10 * SIZE);
  const stills: StillsView = {
    url: "https://videos.example/strip",
    expires_in: 900,
    bytes: BYTES.length,
    width: 4,
    height: 4,
    crop: [0, 0, 4, 4],
    items: steps(10).flatMap((step) => step.still ?? []),
  };
  const asked: string[] = [];
  let answers: ((from: number, to: number) => Response)[] = [];

  beforeEach(() => {
    for (let at = 0; at < BYTES.length; at += SIZE) BYTES.set([0xff, 0xd8, at / SIZE], at);
    asked.length = 0;
    answers = [];
    vi.stubGlobal("fetch", (url: string, { headers, signal }: { headers: { Range: string }; signal: AbortSignal }) => {
      signal.throwIfAborted();
      const [from = 0, last = 0] = headers.Range.replace("bytes=", "").split("-").map(Number);
      asked.push(`${url} ${headers.Range}`);
      return Promise.resolve((answers.shift() ?? part)(from, last + 1));
    });
    vi.stubGlobal("createImageBitmap", () => Promise.resolve({ close: () => {} }));
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("removeEventListener", () => {});
  });
  afterEach(() => vi.unstubAllGlobals());

  const part = (from: number, to: number) => new Response(BYTES.slice(from, to), { status: 206 });
  const loaded = async (strip: Strip) => {
    await strip.load(steps(10), [5]);
    return steps(10).filter((step) => strip.now(step) !== "missing").length;
  };

  test("asks for one image, then for the rest", async () => {
    const strip = new Strip(stills, async () => stills, 48);
    expect(await loaded(strip)).toBe(10);
    expect(asked).toEqual([
      "https://videos.example/strip bytes=500-599",
      "https://videos.example/strip bytes=0-499",
      "https://videos.example/strip bytes=600-999",
    ]);
    strip.close();
  });

  test("takes the whole object where the store does not know ranges", async () => {
    answers = [() => new Response(BYTES, { status: 200 })];
    expect(await loaded(new Strip(stills, async () => stills, 48))).toBe(10);
  });

  test("asks for a new address when the old one is refused", async () => {
    answers = [() => new Response("", { status: 403 })];
    const strip = new Strip(stills, async () => ({ ...stills, url: "https://videos.example/new" }), 48);
    expect(await loaded(strip)).toBe(10);
    expect(asked[1]).toBe("https://videos.example/new bytes=500-599");
  });

  test("asks for a new address before the old one expires", async () => {
    const strip = new Strip(
      { ...stills, expires_in: 0 },
      async () => ({ ...stills, url: "https://videos.example/new" }),
      48,
    );
    await loaded(strip);
    expect(asked[0]).toBe("https://videos.example/new bytes=500-599");
  });

  test("says that images are gone, and asks no more", async () => {
    answers = [() => new Response("", { status: 404 })];
    const strip = new Strip(stills, async () => stills, 48);
    expect(await loaded(strip)).toBe(0);
    expect(strip.trouble.value).toBe("gone");
  });

  test.each([
    ["short", () => new Response(BYTES.slice(500, 550), { status: 206 })],
    ["no JPEG", () => new Response(new Uint8Array(SIZE), { status: 206 })],
    ["an error of the store", () => new Response("", { status: 500 })],
  ])("asks again for an answer that is %s", async (_what, answer) => {
    vi.useFakeTimers();
    answers = [answer];
    const strip = new Strip(stills, async () => stills, 48);
    const loading = strip.load(steps(10), [5]);
    await vi.advanceTimersByTimeAsync(1);
    expect(strip.trouble.value).toBe("refused");
    await vi.advanceTimersByTimeAsync(31_000);
    await loading;
    expect(strip.trouble.value).toBeNull();
    vi.useRealTimers();
  });

  test("shows the lines without an image that cannot be decoded", async () => {
    vi.stubGlobal("createImageBitmap", () => Promise.reject(new DOMException("", "InvalidStateError")));
    const strip = new Strip(stills, async () => stills, 48);
    await strip.load(steps(10), [5]);
    const [step] = steps(10);
    if (!step) throw new Error("no step");
    expect(strip.now(step)).toBe("decoding");
    await Promise.resolve();
    await Promise.resolve();
    expect(strip.now(step)).toBe("none");
  });

  test("stops when the view is left", async () => {
    const strip = new Strip(stills, async () => stills, 48);
    const loading = strip.load(steps(10), [5]);
    strip.close();
    await loading;
    expect(asked.length).toBeLessThanOrEqual(1);
  });
});
