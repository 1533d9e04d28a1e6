import { describe, expect, test } from "vitest";

import { EventReader } from "../src/api/sse";

const STREAM =
  ': still there\n\nevent: progress\nid: 7\ndata: {"progress":1}\n\ndata: é\ndata:two\r\n\r\n: x\r\n\r\nevent: end\nid\nnonsense: 1\ndata\n\n';
const EVENTS = [
  { name: "progress", id: "7", data: '{"progress":1}' },
  { name: "message", id: "7", data: "é\ntwo" },
  { name: "end", id: "", data: "" },
];

describe("a stream of events", () => {
  const bytes = new TextEncoder().encode(STREAM);

  function read(...pieces: Uint8Array[]) {
    const reader = new EventReader();
    const decoder = new TextDecoder();
    return pieces.flatMap((piece) => reader.read(decoder.decode(piece, { stream: true })));
  }

  test("is read whole", () => {
    expect(read(bytes)).toEqual(EVENTS);
  });

  test.each(Array.from(bytes.keys()))("is read when it is cut at byte %d", (cut) => {
    expect(read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(EVENTS);
  });

  test("is read byte by byte", () => {
    expect(read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(EVENTS);
  });

  test("keeps back an event that is not ended", () => {
    expect(new EventReader().read("data: half\n")).toEqual([]);
  });
});
