import { api, bodyOf } from "../api/client";
import { Failure } from "../api/problem";
import type { InitiatedUpload } from "../api/schema";
import type { Parts } from "./machine";
import { isStored, put } from "./put";
import { missingOf, type Slice, slicesOf } from "./slices";

/** More would not be faster on an uplink that is full, and a break would cost more. */
const AT_ONCE = 2;
/** A store that refuses an address that has just been made refuses for another reason. */
const MOST_RENEWALS = 2;

type Put = { url: string; headers: Record<string, string> };

interface Progress {
  parts: () => Parts;
  found: (parts: Parts) => void;
  stored: (number: number, etag: string) => void;
  onBytes: (onTheirWay: number) => void;
}

/** Sends one file to the addresses of its job, and gets new ones when they have run out. */
export class Sender {
  #whole: Put | null = null;
  readonly #urls = new Map<number, string>();

  constructor(
    private readonly job: string,
    private readonly file: File,
  ) {}

  take({ presigned_url, required_headers, upload }: InitiatedUpload): void {
    if (presigned_url) this.#whole = { url: presigned_url, headers: required_headers };
    for (const { number, url } of upload?.parts ?? []) this.#urls.set(number, url);
  }

  async whole(onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    for (let renewed = 0; ; renewed++) {
      const address = this.#whole ?? (await this.#newAddress(signal));
      this.#whole = address;
      const { status } = await put(address.url, this.file, address.headers, onBytes, signal);
      // 412: an earlier try has arrived, and only its answer was lost.
      if (isStored(status) || status === 412) return;
      this.#whole = null;
      if (status !== 403 || renewed >= MOST_RENEWALS) throw refusalOf(status);
    }
  }

  async inParts(partSize: number, signal: AbortSignal, progress: Progress): Promise<void> {
    const slices = slicesOf(this.file.size, partSize);
    const missing = missingOf(slices, progress.parts());
    if (missing.some(({ number }) => !this.#urls.has(number))) await this.#ask(missing, signal, progress);
    const left = missingOf(slices, progress.parts());
    const onTheirWay = new Map<number, number>();
    const said = () => progress.onBytes([...onTheirWay.values()].reduce((sum, bytes) => sum + bytes, 0));
    // One part that fails stops the others: they are sent again when the store answers.
    const failing = new AbortController();
    const both = AbortSignal.any([signal, failing.signal]);
    const lane = async () => {
      for (let slice = left.shift(); slice; slice = left.shift()) {
        const { number } = slice;
        const etag = await this.#part(slice, both, (bytes) => {
          onTheirWay.set(number, bytes);
          said();
        });
        onTheirWay.delete(number);
        progress.stored(number, etag);
        said();
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    } catch (error) {
      failing.abort();
      throw error;
    }
  }

  async #part(slice: Slice, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<string> {
    for (let renewed = 0; ; renewed++) {
      if (!this.#urls.has(slice.number)) await this.#parts([slice.number], signal);
      const url = this.#urls.get(slice.number);
      if (!url) throw refusalOf(404);
      const { status, etag } = await put(url, this.file.slice(slice.start, slice.end), {}, onBytes, signal);
      if (isStored(status)) return etag ?? (await this.#etagOf(slice.number, signal));
      this.#urls.delete(slice.number);
      if (status !== 403 || renewed >= MOST_RENEWALS) throw refusalOf(status);
    }
  }

  async #ask(missing: Slice[], signal: AbortSignal, progress: Progress): Promise<void> {
    const answer = await this.#parts(
      missing.map(({ number }) => number),
      signal,
    );
    progress.found(Object.fromEntries(answer.uploaded.map(({ number, etag }) => [number, etag])));
  }

  // A store whose CORS rules hide the ETag still says it to the API.
  async #etagOf(number: number, signal: AbortSignal): Promise<string> {
    const { uploaded } = await this.#parts([], signal);
    const part = uploaded.find((part) => part.number === number);
    if (!part) throw refusalOf(404);
    return part.etag;
  }

  async #parts(numbers: number[], signal: AbortSignal) {
    const answer = await bodyOf(
      api.POST("/api/coaches/plus/videos/upload/parts", { body: { job_id: this.job, numbers }, signal }),
    );
    for (const { number, url } of answer.parts) this.#urls.set(number, url);
    return answer;
  }

  async #newAddress(signal: AbortSignal): Promise<Put> {
    const { presigned_url, required_headers } = await bodyOf(
      api.POST("/api/coaches/plus/analysis-jobs/{job_id}/upload-url", {
        params: { path: { job_id: this.job } },
        signal,
      }),
    );
    return { url: presigned_url ?? "", headers: required_headers };
  }
}

function refusalOf(status: number): Failure {
  if (status === 0) return new Failure("network", "");
  return new Failure("storage_unavailable", `The video store answered ${status}.`, 503);
}
