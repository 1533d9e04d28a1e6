import { stillsOf } from "../api/stills";
import type { Clip } from "./model";
import { Strip } from "./strip";

const strips = new WeakMap<Clip, Strip | null>();

/** The images of a clip, loaded from its key frames outwards; null where none are kept. */
export function stripOf(clip: Clip): Strip | null {
  const known = strips.get(clip);
  if (known !== undefined) return known;
  const { stills, steps } = clip;
  const job = clip.job.peek().job_id;
  // A decoded image takes 2 MB.
  const strip = stills?.items.length
    ? new Strip(stills, (signal) => stillsOf(job, signal), innerWidth < 720 ? 24 : 48)
    : null;
  strips.set(clip, strip);
  const frames = new Set(clip.events.peek().map(({ frame }) => frame));
  const first = steps.flatMap(({ frame }, index) => (frames.has(frame) ? [index] : []));
  void strip?.load(steps, [clip.index.peek(), ...first]);
  return strip;
}

export function closeStrip(clip: Clip): void {
  strips.get(clip)?.close();
  strips.delete(clip);
}
