import { stillsOf } from "../api/stills";

const AT_ONCE = 3;
const MOST_KEPT = 200;
/** Where in an action its fastest part lies, about: the release of a delivery, the impact of a stroke. */
const HIGH_POINT = 0.6;

const kept = new Map<string, Promise<string | null>>();
let running = 0;
const queue: (() => void)[] = [];

/** The address of a picture of a clip; `null` where there is none. One request a clip, however often it is asked for. */
export function thumbOf(job: string): Promise<string | null> {
  const known = kept.get(job);
  if (known) return known;
  const made = inTurn(() => read(job)).catch(() => {
    kept.delete(job);
    return null;
  });
  kept.set(job, made);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest) {
    void kept.get(oldest)?.then((url) => url && URL.revokeObjectURL(url));
    kept.delete(oldest);
  }
  return made;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  running++;
  try {
    return await work();
  } finally {
    running--;
    queue.shift()?.();
  }
}

async function read(job: string): Promise<string | null> {
  const stills = await stillsOf(job, new AbortController().signal);
  const items = stills?.items.filter(({ action }) => action !== null) ?? [];
  const first = items.filter(({ action }) => action === items[0]?.action);
  const still = first[Math.floor(first.length * HIGH_POINT)] ?? stills?.items[0];
  if (!stills || !still) return null;
  const answer = await fetch(stills.url, {
    headers: { Range: `bytes=${still.offset}-${still.offset + still.length - 1}` },
    cache: "no-store",
  });
  // A store that ignores the range would send the whole strip.
  if (answer.status !== 206) return null;
  return URL.createObjectURL(await answer.blob());
}
