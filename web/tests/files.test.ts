import { describe, expect, test } from "vitest";

import type { Frame, Landmark } from "../src/api/types";
import { fileName, landmarksCsv, seriesCsv } from "../src/save/files";
import { LANDMARKS } from "../src/save/landmarks";
import { evenlyRead, metresPerPixel, trc } from "../src/save/trc";
import { measured } from "./measured";

const body = LANDMARKS.map((_, index): Landmark => [index * 10, 500 - index * 10, index - 16, 0.5]);
const frame = (frame: number, landmarks: Landmark[] | null, model = "heavy"): Frame => ({
  ...{ frame, t_ms: frame * 40, detected: landmarks !== null, model, landmarks },
});

/** The rows of a file in RFC 4180's form. */
function parsed(csv: string): string[][] {
  return csv
    .trimEnd()
    .split("\r\n")
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
}

describe("CSV", () => {
  test("of curves gives each value back, with gaps empty", () => {
    const of = measured({ series: { t_ms: [500.5, 533.867], value: [null, 143.542] }, error: 16.222 });
    const [head, ...rows] = parsed(seriesCsv([of], (t_ms) => Math.round(t_ms / 33.367)));
    expect(head).toEqual(["name", "frame", "t_ms", "value", "error", "unit"]);
    expect(rows).toEqual([
      ["front_knee_brace_score", "15", "500.5", "", "16.222", "deg"],
      ["front_knee_brace_score", "16", "533.867", "143.542", "16.222", "deg"],
    ]);
  });

  test("of landmarks gives each coordinate back, and none where nobody was found", () => {
    const [head, first, second] = parsed(landmarksCsv([frame(2, body), frame(3, null)]));
    expect(head).toHaveLength(4 + 33 * 4);
    expect(head?.slice(4, 8)).toEqual(["nose_x", "nose_y", "nose_z", "nose_visibility"]);
    expect(first?.slice(4).map(Number)).toEqual(body.flat());
    expect(second).toHaveLength(4 + 33 * 4);
    expect(second?.slice(4).every((value) => value === "")).toBe(true);
  });

  test("holds no formula and no broken row", () => {
    const [, row] = parsed(landmarksCsv([frame(0, null, '=cmd("a",b)')]));
    expect(row?.[3]).toBe(`'=cmd("a",b)`);
  });
});

describe("a TRC file", () => {
  const given = { name: "a.trc", frames: [frame(5, body), frame(6, null), frame(7, body)], height: 1080, fps: 29.97 };
  const lines = (height_cm: number | null) => trc({ ...given, height_cm }).split("\n");

  test("has the head that OpenSim reads", () => {
    const [type, keys, values, markers, axes, empty] = lines(null);
    expect(type).toBe("PathFileType\t4\t(X/Y/Z)\ta.trc");
    expect(keys?.split("\t")).toHaveLength(8);
    expect(values?.split("\t")).toEqual(["25.000", "29.970", "2", "33", "px", "29.970", "5", "2"]);
    expect(markers?.split("\t").filter(Boolean)).toEqual(["Frame#", "Time", ...LANDMARKS]);
    expect(markers?.split("\t")[2 + 3]).toBe(LANDMARKS[1]);
    expect(axes?.split("\t").slice(2, 6)).toEqual(["X1", "Y1", "Z1", "X2"]);
    expect(empty).toBe("");
  });

  test("says how often the film was read, which is more seldom than it was filmed where no action was found", () => {
    const every = (step: number) => [0, 1, 2, 3, 4].map((index) => frame(index * step, body));
    const rate = (frames: Frame[]) =>
      trc({ ...given, frames, height_cm: null })
        .split("\n")[2]
        ?.split("\t")[0];
    expect(rate(every(1))).toBe("25.000");
    expect(rate(every(5))).toBe("5.000");
    expect(rate([frame(0, body)])).toBe("29.970");
  });

  test("has one row for each frame with the player, y up and z towards the camera", () => {
    const rows = lines(null).slice(6).filter(Boolean);
    expect(rows.map((row) => row.split("\t").slice(0, 2))).toEqual([
      ["1", "0.200000"],
      ["2", "0.280000"],
    ]);
    const cells = rows[0]?.split("\t") ?? [];
    expect(cells).toHaveLength(2 + 33 * 3);
    expect(cells.slice(2).map(Number)).toEqual(body.flatMap(([x, y, z]) => [x, 1080 - y, 0 - z]));
  });

  test("is in metres where the player's height is known", () => {
    const metres = metresPerPixel([{ landmarks: body }], 1.8) ?? 0;
    expect(metres).toBeGreaterThan(0);
    const [, , values] = lines(180);
    expect(values?.split("\t")[4]).toBe("m");
    const cells = lines(180)[6]?.split("\t") ?? [];
    expect(Number(cells[5])).toBeCloseTo(10 * metres, 4);
  });

  test("says pixels where no limb can be read", () => {
    const point = body.map((): Landmark => [5, 5, 0, 1]);
    const of = trc({ ...given, frames: [frame(1, point)], height_cm: 180 });
    expect(of.split("\n")[2]?.split("\t")[4]).toBe("px");
  });

  test("takes the frames that were read at the video's own rate", () => {
    const frames = [0, 2, 4, 5, 6, 7, 9].map((index) => frame(index, null));
    expect(evenlyRead(frames, [160, 280]).map(({ frame }) => frame)).toEqual([4, 5, 6, 7]);
    expect(evenlyRead(frames, null)).toBe(frames);
    expect(evenlyRead(frames, [9000, 9100])).toBe(frames);
  });
});

test.each([
  ["Nets, first over", "curves", "csv", "Nets-first-over-curves.csv"],
  ["../../etc/passwd", "", "json", "etc-passwd.json"],
  ['<img src=x onerror="alert(1)">', "", "png", "img-src-x-onerror-alert-1.png"],
  ["नेट्स 3", "", "csv", "नेट्स-3.csv"],
  ["\u202Egpj.exe\u0000", "", "png", "gpj-exe.png"],
  ["...", "", "csv", "clip.csv"],
  ["CON", "", "csv", "clip-CON.csv"],
  [`${"a".repeat(300)}`, "", "csv", `${"a".repeat(60)}.csv`],
])("the title %j becomes a safe file name", (title, what, extension, expected) => {
  expect(fileName(title, what, extension)).toBe(expected);
});
