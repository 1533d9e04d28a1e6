import type { Frame, JobView } from "../api/types";
import type { Measured } from "../clip/numbers";
import { LANDMARKS } from "./landmarks";

/** The job as the API serves it. */
export function jobJson(job: JobView): string {
  return `${JSON.stringify(job, null, 2)}\n`;
}

/** One row for each value of each curve; empty where a value is missing. */
export function seriesCsv(numbers: readonly Measured[], frameAt: (t_ms: number) => number | null): string {
  const rows = numbers.flatMap(({ name, unit, error, series }) =>
    (series?.t_ms ?? []).map((t_ms, index) => [name, frameAt(t_ms), t_ms, series?.value[index] ?? null, error, unit]),
  );
  return csv([["name", "frame", "t_ms", "value", "error", "unit"], ...rows]);
}

/** One row for each frame that was read; no coordinates where nobody was found. */
export function landmarksCsv(frames: readonly Frame[]): string {
  const names = LANDMARKS.flatMap((name) => ["x", "y", "z", "visibility"].map((axis) => `${name}_${axis}`));
  const rows = frames.map(({ frame, t_ms, detected, model, landmarks }) => [
    ...[frame, t_ms, detected ? 1 : 0, model],
    ...(landmarks ? landmarks.flat() : names.map(() => null)),
  ]);
  return csv([["frame", "t_ms", "detected", "model", ...names], ...rows]);
}

type Cell = string | number | null;

function csv(rows: readonly Cell[][]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet would run a text that begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const LONGEST_NAME = 60;

/** A file name of the clip's title that every system takes. */
export function fileName(title: string, what: string, extension: string): string {
  const plain = title
    .normalize("NFC")
    // Letters, marks and digits of any script stay; all else, and so any path or control character, goes.
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, "");
  // Windows keeps these names for devices.
  const name = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(plain) ? `clip-${plain}` : plain || "clip";
  return `${name}${what && `-${what}`}.${extension}`;
}

/** Hands a file to the browser. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Safari reads the blob only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
