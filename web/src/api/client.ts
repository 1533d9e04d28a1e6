import { pause } from "../pause";
import { language } from "../strings/text";
import { refuse, tokenToSend } from "../token";
import { Failure, failureFrom, failureOf } from "./problem";
import type { Problem } from "./schema";
import { callsOf } from "./transport";

/** Sends `request` with the token. A refused one is replaced by the coach; the request then goes out again. */
export async function authorisedFetch(request: Request): Promise<Response> {
  for (;;) {
    const token = await tokenToSend();
    const attempt = request.clone();
    attempt.headers.set("Authorization", `Bearer ${token}`);
    attempt.headers.set("Accept-Language", language.value);
    const answer = await fetch(attempt);
    if (answer.status !== 401) return answer;
    refuse(token);
  }
}

export { pause };

/** The API, typed by its OpenAPI document. */
export const api = callsOf(location.origin, authorisedFetch);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer. Throws {@link Failure}. */
export async function bodyOf<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answerOf(call)).body;
}

/** The body of an answer and its ETag. Throws {@link Failure}. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<{ body: T; etag: string | null }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw failureFrom(error);
  }
  if (!answer.response.ok) throw failureOf(answer.error as Problem | undefined, answer.response);
  return { body: answer.data as T, etag: answer.response.headers.get("ETag") };
}

/** Failures that pass by themselves: the same call may succeed later. */
export function isPassing(failure: Failure): boolean {
  return failure.code === "network" || failure.status === 503 || failure.code === "rate_limited";
}

const TRIES = 5;

/**
 * Repeats a call that may be repeated while its failures are passing ones; waits as long as the API asks, and calls
 * `held` before it does.
 */
export async function repeated<T>(
  call: () => Promise<T>,
  signal?: AbortSignal,
  held?: (failure: Failure) => void,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Failure) || !isPassing(error) || tried === TRIES) throw error;
      held?.(error);
      await pause((error.retryAfter ?? tried) * 1000, signal);
    }
  }
}

/** The items of a list, page after page, until there are enough. */
export async function itemsOf<T>(
  read: (query: { limit: number; cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>,
  signal: AbortSignal,
  isEnough: (items: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: 100, ...(cursor && { cursor }) };
    const page: { items: T[]; next_cursor: string | null } = await repeated(() => read(query), signal);
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && !isEnough(found));
  return found;
}
