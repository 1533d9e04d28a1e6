import { signal } from "@preact/signals";

import { api, bodyOf, pause } from "../api/client";
import { backoff, follow } from "../api/events";
import { failureFrom } from "../api/problem";
import { removeJob } from "../api/remove";
import type { JobProgress } from "../api/schema";
import { captureOf, film, sessionOf } from "./answers";
import { type Event, isWork, next, type State, type Target, type Work, workOf } from "./machine";
import { eventOf } from "./outcome";
import { Pace } from "./pace";
import { Sender } from "./sender";
import { bytesOf, slicesOf } from "./slices";
import { forgetUpload, type Stored, storeUpload } from "./store";

/** Clips above this go in parts, so that a break costs one part. */
const IN_PARTS_FROM = 8_000_000;

/** One clip on its way: its state, and what the state asks to be done. */
export class Upload {
  readonly state;
  /** Bytes that the store has, or that are on their way. */
  readonly bytes;
  readonly rate = signal<number | null>(null);
  readonly progress = signal<JobProgress | null>(null);
  /** The job that is asked for. Its answer may come after the upload was cancelled. */
  making: Promise<Target> | null = null;
  readonly #pace = new Pace();
  #leaving = new AbortController();
  #sender: Sender | null = null;

  constructor(
    readonly kept: Stored,
    public file: File | null,
    private readonly changed: () => void,
  ) {
    this.state = signal<State>(kept.state);
    this.bytes = signal(this.#stored());
  }

  get job(): string | null {
    return this.state.value.target?.job ?? null;
  }

  send(event: Event): void {
    const before = this.state.value;
    const now = next(before, event);
    if (now === before) return;
    this.state.value = now;
    if (now.is === "cancelled") forgetUpload(this.kept.id);
    else storeUpload({ ...this.kept, state: now });
    if (now.is !== before.is) this.enter();
    this.changed();
  }

  /** Does what the state asks for. */
  enter(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#pace.reset();
    this.rate.value = null;
    const { signal } = this.#leaving;
    const state = this.state.value;
    // What was on its way when a part broke off is sent again.
    this.bytes.value = this.#stored();
    if (isWork(state.is)) {
      const work = state.is;
      this.#work(work, signal).catch((error) => {
        if (!signal.aborted) this.#failed(error);
      });
    } else if (state.is === "delayed") {
      pause(Math.max(0, state.until - Date.now()), signal).then(
        () => this.send({ type: "elapsed" }),
        () => {},
      );
    } else if (state.is === "watching" && state.target) {
      this.#watch(state.target.job, signal);
    }
  }

  async #work(work: Work, signal: AbortSignal): Promise<void> {
    if (work === "initiating") await this.#initiate(signal);
    else if (work === "sending") await this.#sendBytes(signal);
    else await this.#complete(signal);
  }

  async #initiate(signal: AbortSignal): Promise<void> {
    const { file } = this;
    if (!file) return;
    const { replaced } = this.state.value;
    this.making = this.#make(file);
    const target = await this.making;
    if (signal.aborted) return;
    // A job that stays is no harm: without its clip it ends by itself after a day.
    if (replaced) removeJob(replaced.job).catch(() => {});
    this.send({ type: "initiated", target });
  }

  // Nothing breaks it off: what the API makes must be known, to be used or to be deleted.
  async #make(file: File): Promise<Target> {
    const { kept } = this;
    const { round, replaced } = this.state.value;
    const session = kept.session ?? replaced?.session ?? (await this.#session(round));
    const inParts = file.size > IN_PARTS_FROM;
    const made = await bodyOf(
      api.POST("/api/coaches/plus/videos/upload/initiate", {
        body: {
          session_id: session,
          sample_fps: 15,
          include_frames: true,
          content_type: kept.contentType,
          content_length: file.size,
          multipart: inParts,
          ...(await checksumOf(inParts ? null : file)),
          ...film(kept.answers),
          ...captureOf(kept.answers),
          // A session of its own has no other player.
          ...(kept.session !== null && kept.answers.player && { player_id: kept.answers.player }),
        },
        headers: { "Idempotency-Key": `${kept.id}-${round}` },
      }),
    );
    this.#sender = new Sender(made.job_id, file);
    this.#sender.take(made);
    return { session, job: made.job_id, partSize: made.upload?.part_size ?? null };
  }

  // A repeated key gives the session that the first clip of the batch has made.
  async #session(round: number): Promise<string> {
    const made = await bodyOf(
      api.POST("/api/coaches/plus/sessions", {
        body: sessionOf(this.kept.answers),
        headers: { "Idempotency-Key": round ? `${this.kept.batch}-${round}` : this.kept.batch },
      }),
    );
    return made.session_id;
  }

  async #sendBytes(signal: AbortSignal): Promise<void> {
    const { target } = this.state.value;
    if (!target || !this.file) return;
    this.#sender ??= new Sender(target.job, this.file);
    const onBytes = (onTheirWay: number) => {
      this.bytes.value = this.#stored() + onTheirWay;
      this.#pace.add(performance.now(), this.bytes.value);
      this.rate.value = this.#pace.rate();
    };
    if (target.partSize === null) await this.#sender.whole(onBytes, signal);
    else {
      await this.#sender.inParts(target.partSize, signal, {
        parts: () => this.state.value.parts,
        found: (parts) => this.send({ type: "found", parts }),
        stored: (number, etag) => this.send({ type: "stored", number, etag }),
        onBytes,
      });
    }
    if (!signal.aborted) this.send({ type: "sent" });
  }

  async #complete(signal: AbortSignal): Promise<void> {
    const { target, parts } = this.state.value;
    if (!target) return;
    const listed = Object.entries(parts).map(([number, etag]) => ({ number: Number(number), etag }));
    await bodyOf(
      api.POST("/api/coaches/plus/videos/upload/complete", {
        body: { job_id: target.job, ...(target.partSize !== null && { parts: listed }) },
        signal,
      }),
    );
    this.send({ type: "completed" });
  }

  #watch(job: string, signal: AbortSignal): void {
    follow(
      job,
      (progress) => {
        this.progress.value = progress;
        if (progress.final) forgetUpload(this.kept.id);
      },
      signal,
    ).catch(() => {
      // The job is gone: deleted in another tab.
      if (!signal.aborted) forgetUpload(this.kept.id);
    });
  }

  #failed(error: unknown): void {
    const state = this.state.value;
    const work = workOf(state);
    if (!work) return;
    // What the addresses were for may have changed.
    this.#sender = null;
    const { file, kept } = this;
    this.send(
      eventOf(failureFrom(error), work, {
        ...{ isOnline: navigator.onLine, hasFile: file !== null, isAdded: kept.session !== null },
        ...{ wait: backoff(state.tried + 1), now: Date.now() },
      }),
    );
  }

  #stored(): number {
    const { target, parts, is } = this.state.peek();
    if (is === "watching" || is === "completing") return this.kept.file.size;
    return target?.partSize ? bytesOf(slicesOf(this.kept.file.size, target.partSize), parts) : 0;
  }
}

/** The SHA-256 of a small file, so that the store refuses what was damaged on the way. */
async function checksumOf(file: File | null): Promise<{ checksum_sha256?: string }> {
  // Pages without TLS have no `crypto.subtle`.
  if (!file || !crypto.subtle) return {};
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return { checksum_sha256: btoa(String.fromCharCode(...new Uint8Array(hash))) };
}
