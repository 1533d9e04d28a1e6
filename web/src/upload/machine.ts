import type { FailureCode } from "../api/problem";

/** What the API made for an upload. */
export interface Target {
  session: string;
  job: string;
  /** Bytes of each part; `null` for a clip that is sent in one. */
  partSize: number | null;
}

/** The ETag of each part that arrived, by number. */
export type Parts = Readonly<Record<number, string>>;

export type Work = "initiating" | "sending" | "completing";

/** What a failed upload goes on with: a step, or a new job for the same clip. */
export type Again = Work | "fresh";

interface Refusal {
  code: FailureCode;
  detail: string;
  requestId: string | null;
  /** Whether it is one of a row of passing failures, which ended the patience. */
  isSpent: boolean;
}

interface Kept {
  target: Target | null;
  /** The job that the next one replaces, in the same session; `null` where there is none. */
  replaced: Target | null;
  parts: Parts;
  /** Passing failures in a row. */
  tried: number;
  /** Jobs that were made for this clip before: each creating call needs its own key. */
  round: number;
}

export type State = Kept &
  (
    | { is: "checked" | Work | "watching" | "lost" | "cancelled" }
    | { is: "paused" | "offline"; work: Work }
    | { is: "delayed"; work: Work; code: FailureCode; until: number }
    | { is: "failed"; refusal: Refusal; again: Again | null }
  );

export type Event =
  | { type: "send" | "sent" | "completed" | "missing" | "pause" | "resume" | "offline" | "online" }
  | { type: "elapsed" | "again" | "chosen" | "cancel" }
  | { type: "initiated"; target: Target }
  | { type: "stored"; number: number; etag: string }
  | { type: "found"; parts: Parts }
  | { type: "delay"; code: FailureCode; until: number; requestId: string | null }
  | { type: "refuse"; refusal: Refusal; again: Again | null };

export const START: State = { is: "checked", target: null, replaced: null, parts: {}, tried: 0, round: 0 };

const MOST_TRIES = 5;

export function isWork(is: State["is"]): is is Work {
  return is === "initiating" || is === "sending" || is === "completing";
}

/** The state after an event. One that means nothing in a state leaves it as it is. */
export function next(state: State, event: Event): State {
  switch (event.type) {
    case "send":
      return state.is === "checked" ? at(state, "initiating") : state;
    case "initiated":
      return state.is === "initiating"
        ? { ...at(state, "sending"), target: event.target, replaced: null, tried: 0 }
        : state;
    case "stored":
      // A part that was on its way may arrive after a pause.
      return state.target && state.is !== "cancelled"
        ? { ...state, parts: { ...state.parts, [event.number]: event.etag }, tried: 0 }
        : state;
    case "found":
      return state.is === "sending" ? { ...state, parts: event.parts } : state;
    case "sent":
      return state.is === "sending" ? at(state, "completing") : state;
    case "completed":
      return state.is === "completing" ? { ...at(state, "watching"), tried: 0 } : state;
    case "missing":
      // Nothing is believed any more: the API says which parts are there.
      return state.is === "completing" ? tryAgain({ ...state, parts: {} }, "sending", "upload_missing") : state;
    case "pause":
      return workOf(state) && state.is !== "paused" ? held(state, "paused") : state;
    case "resume":
      return backToWork(state);
    case "offline":
      return isWork(state.is) || state.is === "delayed" ? held(state, "offline") : state;
    case "online":
      return state.is === "offline" ? backToWork(state) : state;
    case "delay":
      return isWork(state.is) ? delayed(state, state.is, event) : state;
    case "elapsed":
      return state.is === "delayed" ? backToWork(state) : state;
    case "refuse":
      return isWork(state.is) ? { ...kept(state), is: "failed", refusal: event.refusal, again: event.again } : state;
    case "again":
      return state.is === "failed" ? afterFailure(state, state.again) : state;
    case "chosen":
      return state.is === "lost" ? at(state, state.target ? "sending" : "initiating") : state;
    case "cancel":
      return state.is === "watching" || state.is === "cancelled" ? state : at(state, "cancelled");
  }
}

/** What is left of an upload after a reload: the browser does not keep the file. */
export function restored(state: State): State {
  if (state.is === "watching" || state.is === "cancelled") return state;
  if (state.is === "failed" && state.again === null) return state;
  const work = state.is === "failed" ? state.again : workOf(state);
  return { ...at(state, work === "completing" ? "completing" : "lost"), tried: 0 };
}

function kept({ target, replaced, parts, tried, round }: State): Kept {
  return { target, replaced, parts, tried, round };
}

function at(state: State, is: "checked" | Work | "watching" | "lost" | "cancelled"): State {
  return { ...kept(state), is };
}

/** The step that an upload is at, or was held at. */
export function workOf(state: State): Work | null {
  if (isWork(state.is)) return state.is;
  return state.is === "paused" || state.is === "offline" || state.is === "delayed" ? state.work : null;
}

function held(state: State, is: "paused" | "offline"): State {
  const work = workOf(state);
  return work ? { ...kept(state), is, work } : state;
}

function backToWork(state: State): State {
  const work = workOf(state);
  return work && !isWork(state.is) ? at(state, work) : state;
}

function delayed(state: State, work: Work, event: Extract<Event, { type: "delay" }>): State {
  const { code, until, requestId } = event;
  const tried = state.tried + 1;
  // A lost connection comes back some day; a server that refuses five times needs a person.
  if (code !== "network" && tried > MOST_TRIES) return spent(state, work, code, requestId);
  return { ...kept(state), is: "delayed", work, code, until, tried };
}

function tryAgain(state: State, work: Work, code: FailureCode): State {
  const tried = state.tried + 1;
  return tried > MOST_TRIES ? spent(state, work, code, null) : { ...at(state, work), tried };
}

function spent(state: State, again: Work, code: FailureCode, requestId: string | null): State {
  return { ...kept(state), tried: 0, is: "failed", refusal: { code, detail: "", requestId, isSpent: true }, again };
}

function afterFailure(state: State, again: Again | null): State {
  if (again === null) return state;
  if (again !== "fresh") return { ...at(state, again), tried: 0 };
  // A job that is gone may have taken its session along.
  const replaced = state.is === "failed" && state.refusal.code === "not_found" ? null : state.target;
  return { is: "initiating", target: null, replaced, parts: {}, tried: 0, round: state.round + 1 };
}
