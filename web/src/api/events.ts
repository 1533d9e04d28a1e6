import { answerOf, api, authorisedFetch, isPassing, pause } from "./client";
import { type Failure, failureFrom, failureOf } from "./problem";
import type { JobProgress, JobView, Problem } from "./schema";
import { EventReader } from "./sse";

const POLL_MS = 5_000;
const STREAM_TRIES = 3;
const LONGEST_WAIT_S = 15;

/** Seconds to wait before try number `tried` of a stream: 1, 2, 4, 8, then 15. */
export function backoff(tried: number): number {
  return Math.min(LONGEST_WAIT_S, 2 ** Math.max(0, tried - 1));
}

/**
 * Calls `seen` with the state of a job and each change of it, until the final one.
 * Follows the stream of events; asks every few seconds where streams keep breaking, as behind some proxies.
 * Rests while the tab is hidden. Throws {@link Failure} for one that does not pass, such as a job that is gone.
 */
export async function follow(job_id: string, seen: (progress: JobProgress) => void, signal: AbortSignal) {
  let lastId = "";
  let broken = 0;
  while (broken < STREAM_TRIES) {
    await visible(signal);
    try {
      const ended = await stream(job_id, lastId, signal, (id, progress) => {
        lastId = id;
        broken = 0;
        seen(progress);
        return progress.final;
      });
      if (ended) return;
      if (isHidden()) continue;
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureFrom(error);
      if (isLasting(failure)) throw failure;
    }
    broken++;
    await pause(backoff(broken) * 1000, signal);
  }
  await poll(job_id, seen, signal);
}

function isLasting(failure: Failure): boolean {
  return !isPassing(failure) && failure.code !== "unexpected";
}

const isHidden = () => document.visibilityState === "hidden";

/** Resolves as soon as somebody may look. */
export async function visible(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!isHidden()) return;
  await new Promise<void>((resolve, reject) => {
    const changed = () => {
      if (isHidden()) return;
      document.removeEventListener("visibilitychange", changed);
      resolve();
    };
    document.addEventListener("visibilitychange", changed, { signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Reads one stream to its end; `true` once `seen` said that the event was the last. A hidden tab ends it. */
async function stream(
  job_id: string,
  lastId: string,
  leaving: AbortSignal,
  seen: (id: string, progress: JobProgress) => boolean,
): Promise<boolean> {
  const hidden = new AbortController();
  const hide = () => {
    if (isHidden()) hidden.abort();
  };
  document.addEventListener("visibilitychange", hide);
  try {
    const address = `${location.origin}/api/coaches/plus/analysis-jobs/${encodeURIComponent(job_id)}/progress`;
    const answer = await authorisedFetch(
      new Request(address, {
        headers: lastId ? { "Last-Event-ID": lastId } : {},
        signal: AbortSignal.any([leaving, hidden.signal]),
      }),
    );
    if (answer.status === 204) return true;
    if (!answer.ok) throw failureOf(await problemOf(answer), answer);
    const reader = new EventReader();
    const pieces = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const piece = await pieces?.read();
      if (!piece || piece.done) return false;
      for (const event of reader.read(piece.value)) {
        if (event.name === "progress" && seen(event.id, JSON.parse(event.data))) return true;
      }
    }
  } catch (error) {
    if (hidden.signal.aborted && !leaving.aborted) return false;
    throw error;
  } finally {
    document.removeEventListener("visibilitychange", hide);
  }
}

async function problemOf(answer: Response): Promise<Problem | undefined> {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

async function poll(job_id: string, seen: (progress: JobProgress) => void, signal: AbortSignal): Promise<void> {
  let known: string | null = null;
  for (;;) {
    await visible(signal);
    let wait = POLL_MS;
    try {
      const answer: { body: JobView; etag: string | null } = await answerOf(
        api.GET("/api/coaches/plus/analysis-jobs/{job_id}", {
          params: { path: { job_id }, query: { frames: false } },
          headers: known ? { "If-None-Match": known } : {},
          signal,
        }),
      );
      known = answer.etag;
      seen(answer.body);
      if (answer.body.final) return;
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureFrom(error);
      if (failure.status !== 304 && isLasting(failure)) throw failure;
      wait = Math.max(wait, (failure.retryAfter ?? 0) * 1000);
    }
    await pause(wait, signal);
  }
}
