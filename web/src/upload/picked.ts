import { contentTypeOf, type FileFault, faultOf } from "./check";
import { type Probed, probe } from "./probe";
import type { Chosen } from "./queue";

/** A file in the form, before it is sent. */
export interface Picked {
  id: number;
  file: File;
  /** Of the object in memory; given back when the file leaves the form. */
  url: string;
  /** `null` while the browser looks at it. */
  probed: Probed | null;
  fault: FileFault | null;
}

let count = 0;

export function pick(file: File, limit: number): Picked {
  count++;
  return { id: count, file, url: URL.createObjectURL(file), probed: null, fault: faultOf(file, null, limit) };
}

export async function look(picked: Picked, limit: number): Promise<Picked> {
  const probed = picked.fault ? { seconds: null, isShown: false } : await probe(picked.url);
  return { ...picked, probed, fault: faultOf(picked.file, probed.seconds, limit) };
}

/** The files that may go out. */
export function chosenOf(picked: readonly Picked[]): Chosen[] {
  return picked.flatMap(({ file, fault }) => {
    const contentType = contentTypeOf(file);
    return fault === null && contentType ? [{ file, contentType }] : [];
  });
}
