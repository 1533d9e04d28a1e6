/** Milliseconds that the pace is taken over: long enough to be calm, short enough to follow a change of network. */
const WINDOW_MS = 12_000;
const LEAST_MS = 2_000;

/** How fast bytes go out, from the last seconds. */
export class Pace {
  #samples: { at: number; bytes: number }[] = [];

  add(at: number, bytes: number): void {
    const last = this.#samples.at(-1);
    // Fewer bytes than before: a part broke off, and what it had sent is sent again.
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
  }

  reset(): void {
    this.#samples = [];
  }

  /** Bytes per second; `null` while too little is known. */
  rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < LEAST_MS || last.bytes <= first.bytes) return null;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
