import type { Failure } from "../api/problem";
import type { Again, Event, Work } from "./machine";

interface Circumstances {
  isOnline: boolean;
  hasFile: boolean;
  /** Whether the clip goes into a session that was there before. */
  isAdded: boolean;
  /** Seconds to wait where the API does not say. */
  wait: number;
  now: number;
}

/** Failures that no other try of the same clip by the same coach changes. */
const LASTING = new Set(["not_entitled", "invalid", "payload_too_large"]);
/** The job is of no use any more. */
const SPENT = new Set(["not_found", "upload_rejected", "upload_missing", "conflict"]);

/** What a failure of a step means for its upload. */
export function eventOf(failure: Failure, work: Work, { isOnline, hasFile, isAdded, wait, now }: Circumstances): Event {
  const { code, requestId, retryAfter, status } = failure;
  if (code === "network" && !isOnline) return { type: "offline" };
  // A conflict with a time to wait: the first call with the same key is still in flight.
  const isBusy = code === "conflict" && retryAfter !== null;
  if (code === "network" || status === 503 || code === "rate_limited" || code === "request_timeout" || isBusy) {
    return { type: "delay", code, until: now + (retryAfter ?? wait) * 1000, requestId };
  }
  // The parts are put together already, by an earlier call whose answer was lost.
  if (work === "sending" && code === "conflict") return { type: "sent" };
  if (work === "completing" && code === "upload_missing" && hasFile) return { type: "missing" };
  const goneForGood = code === "not_found" && work === "initiating" && isAdded;
  const detail = [failure.detail, ...failure.errors.map(({ field, message }) => `${field}: ${message}`)].join(" ");
  const again: Again | null = LASTING.has(code) || goneForGood ? null : SPENT.has(code) ? "fresh" : work;
  return { type: "refuse", refusal: { code, detail, requestId, isSpent: false }, again };
}
