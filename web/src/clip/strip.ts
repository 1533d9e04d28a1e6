import { signal } from "@preact/signals";

import type { Still, StillsView } from "../api/types";
import { pause } from "../pause";
import type { Step } from "./model";

/** Bytes that one request asks for at most. */
const CHUNK = 400_000;
const JPEG = 0xff_d8;
const FORBIDDEN = 403;
const PARTIAL = 206;

/** A run of stills that lie one after another in the object. */
export interface Range {
  from: number;
  /** First byte after it. */
  to: number;
}

/** Stills in the order in which they are worth loading: the frames asked for, then their neighbours, outwards. */
export function outwards(steps: readonly Step[], from: readonly number[]): Still[] {
  const near = (index: number) => {
    const distances = from.map((start) => Math.abs(start - index));
    const least = Math.min(...distances);
    return { least, rank: distances.indexOf(least) };
  };
  return steps
    .map(({ still }, index) => ({ still, ...near(index) }))
    .sort((a, b) => a.least - b.least || a.rank - b.rank)
    .flatMap(({ still }) => (still ? [still] : []));
}

/** The next request: the first still that is missing and what lies around it, as far as it is missing too. */
export function nextRange(order: readonly Still[], has: (offset: number) => boolean, chunk = CHUNK): Range | null {
  const first = order.find(({ offset }) => !has(offset));
  if (!first) return null;
  const missing = order.filter(({ offset }) => !has(offset));
  let { offset: from } = first;
  let to = from + first.length;
  // One image on each side in turn, so that the nearest come first.
  while (to - from < chunk) {
    const before = missing.find(({ offset, length }) => offset + length === from);
    const after = missing.find(({ offset }) => offset === to);
    if (!before && !after) break;
    from = before?.offset ?? from;
    to += after?.length ?? 0;
  }
  return { from, to };
}

/** Keeps the most recently used; what falls out is closed. */
export class Recent<T> {
  readonly #kept = new Map<number, T>();

  constructor(
    private readonly most: number,
    private readonly close: (item: T) => void,
  ) {}

  get(key: number): T | null {
    const found = this.#kept.get(key);
    if (found === undefined) return null;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  set(key: number, item: T): void {
    this.#kept.set(key, item);
    for (const [oldest, dropped] of this.#kept) {
      if (this.#kept.size <= this.most) break;
      this.#kept.delete(oldest);
      this.close(dropped);
    }
  }

  clear(): void {
    for (const item of this.#kept.values()) this.close(item);
    this.#kept.clear();
  }
}

/** Why images are missing: no connection, a store that gives none or not what was asked for, or deleted. */
type Trouble = "offline" | "refused" | "gone" | null;

/**
 * The images of a clip. They lie one after another in one object, so one request brings many. `Range` and the browser's
 * cache do not mix: whole answers came back short, so nothing is read from the cache.
 */
export class Strip {
  /** Moves with each image that arrives. */
  readonly arrived = signal(0);
  readonly trouble = signal<Trouble>(null);

  readonly #bytes = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #images: Recent<ImageBitmap>;
  readonly #decoding = new Set<number>();
  /** What the browser cannot decode: the lines are drawn without it. */
  readonly #broken = new Set<number>();
  readonly #leaving = new AbortController();
  #expiresAt: number;

  constructor(
    private stills: StillsView,
    private readonly renew: (signal: AbortSignal) => Promise<StillsView | null>,
    mostDecoded: number,
  ) {
    this.#images = new Recent(mostDecoded, (image) => image.close());
    this.#expiresAt = expiryOf(stills);
  }

  /** The image of a step. `decoding`: it is here within a few milliseconds. `missing`: it is not loaded yet. */
  now({ still }: Step): ImageBitmap | "decoding" | "missing" | "none" {
    if (!still) return "none";
    const image = this.#images.get(still.offset);
    if (image) return image;
    if (this.#broken.has(still.offset)) return "none";
    if (!this.#bytes.has(still.offset)) return "missing";
    void this.#decode(still);
    return "decoding";
  }

  /** Loads every image, those of the steps at `first` first, until the view is left. */
  async load(steps: readonly Step[], first: readonly number[]): Promise<void> {
    const order = outwards(steps, first);
    // One image alone, so that the first picture comes soon.
    let chunk = 1;
    for (;;) {
      const range = nextRange(order, (offset) => this.#bytes.has(offset), chunk);
      if (!range || this.#leaving.signal.aborted) return;
      try {
        this.#keep(range, await this.#read(range), order);
        this.trouble.value = null;
        chunk = CHUNK;
      } catch (error) {
        if (this.#leaving.signal.aborted) return;
        if (error instanceof Gone) {
          this.trouble.value = "gone";
          return;
        }
        const isRefused = error instanceof Refused;
        this.trouble.value = isRefused ? "refused" : "offline";
        await waitForNetwork(this.#leaving.signal, isRefused ? REFUSED_MS : RETRY_MS);
      }
    }
  }

  close(): void {
    this.#leaving.abort();
    this.#images.clear();
  }

  #keep({ from }: Range, bytes: Uint8Array<ArrayBuffer>, order: readonly Still[]): void {
    for (const { offset, length } of order) {
      if (offset >= from && offset + length <= from + bytes.length) {
        this.#bytes.set(offset, bytes.slice(offset - from, offset - from + length));
      }
    }
    this.arrived.value++;
  }

  async #read(range: Range): Promise<Uint8Array<ArrayBuffer>> {
    const signal = this.#leaving.signal;
    if (Date.now() >= this.#expiresAt) await this.#renewUrl();
    let answer = await this.#ask(range, signal);
    if (answer.status === FORBIDDEN) {
      await this.#renewUrl();
      answer = await this.#ask(range, signal);
    }
    if (answer.status === 404) throw new Gone();
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const whole = answer.status === 200 ? bytes.slice(range.from, range.to) : bytes;
    const begins = ((whole[0] ?? 0) << 8) | (whole[1] ?? 0);
    if (
      (answer.status !== PARTIAL && answer.status !== 200) ||
      whole.length !== range.to - range.from ||
      begins !== JPEG
    ) {
      throw new Refused();
    }
    return whole;
  }

  #ask({ from, to }: Range, signal: AbortSignal): Promise<Response> {
    return fetch(this.stills.url, { headers: { Range: `bytes=${from}-${to - 1}` }, cache: "no-store", signal });
  }

  async #renewUrl(): Promise<void> {
    const stills = await this.renew(this.#leaving.signal);
    if (!stills) throw new Gone();
    this.stills = stills;
    this.#expiresAt = expiryOf(stills);
  }

  async #decode({ offset }: Still): Promise<void> {
    const bytes = this.#bytes.get(offset);
    if (!bytes || this.#decoding.has(offset)) return;
    this.#decoding.add(offset);
    try {
      const image = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      if (this.#leaving.signal.aborted) image.close();
      else this.#images.set(offset, image);
    } catch {
      this.#broken.add(offset);
    }
    this.#decoding.delete(offset);
    this.arrived.value++;
  }
}

/** When a new address is due: before the store refuses the old one. */
function expiryOf({ expires_in }: StillsView): number {
  return Date.now() + expires_in * 900;
}

/** The object is no longer there. */
class Gone extends Error {}

/** The store answers, but not with the images. */
class Refused extends Error {}

const RETRY_MS = 5000;
const REFUSED_MS = 30_000;

async function waitForNetwork(signal: AbortSignal, ms: number): Promise<void> {
  const online = new AbortController();
  const back = () => online.abort();
  addEventListener("online", back, { once: true });
  try {
    await pause(ms, AbortSignal.any([signal, online.signal]));
  } catch {
    // Back online, or the view is left: the caller looks which.
  } finally {
    removeEventListener("online", back);
  }
}
