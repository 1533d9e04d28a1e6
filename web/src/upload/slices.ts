import type { Parts } from "./machine";

export interface Slice {
  number: number;
  start: number;
  end: number;
}

/** The parts of a clip in order. */
export function slicesOf(size: number, partSize: number): Slice[] {
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    end: Math.min(size, (index + 1) * partSize),
  }));
}

export function missingOf(slices: readonly Slice[], parts: Parts): Slice[] {
  return slices.filter(({ number }) => !(number in parts));
}

export function bytesOf(slices: readonly Slice[], parts: Parts): number {
  return slices.reduce((sum, { number, start, end }) => (number in parts ? sum + end - start : sum), 0);
}

/** Whether `file` is, as far as a browser can tell, the one that was chosen before. */
export function isSame(file: FileInfo, before: FileInfo): boolean {
  return file.name === before.name && file.size === before.size && file.lastModified === before.lastModified;
}

export interface FileInfo {
  name: string;
  size: number;
  lastModified: number;
}
