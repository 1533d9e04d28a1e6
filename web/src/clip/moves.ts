import type { Discipline, Event, EventName } from "../api/types";

/** Times of events in milliseconds; null goes back to what was found. */
export type Moves = Partial<Record<EventName, number | null>>;

/**
 * Where a correction stands. What the coach moved is kept until the server has it, refuses it, or the coach drops it.
 * Somebody else's change kept the moves of `overtaken` out; others of the coach may go their way meanwhile.
 */
export type State = { overtaken: Moves } & (
  | { is: "idle" }
  /** Moved a moment ago, and perhaps moved further yet. */
  | { is: "settling"; moves: Moves }
  | { is: "sending"; sent: Moves /** Moved meanwhile. */; later: Moves }
  /** No connection: kept for later. */
  | { is: "held"; moves: Moves }
  /** `message` is the server's. */
  | { is: "refused"; moves: Moves; message: string }
);

export type Happening =
  | { it: "moved"; name: EventName; t_ms: number | null }
  | { it: "settled" }
  | { it: "answered" }
  | { it: "outdated" }
  | { it: "refused"; message: string }
  | { it: "cut" }
  | { it: "online" }
  /** The coach wants the moves that were overtaken once more. */
  | { it: "repeated" }
  | { it: "dropped" };

export const IDLE: State = { is: "idle", overtaken: {} };

export function next(state: State, happening: Happening): State {
  const { overtaken } = state;
  switch (happening.it) {
    case "moved": {
      const move = { [happening.name]: happening.t_ms };
      // The coach has seen the newest version, and moved this mark in it.
      const { [happening.name]: _, ...others } = overtaken;
      if (state.is === "sending") return { ...state, later: { ...state.later, ...move }, overtaken: others };
      const kept = state.is === "settling" || state.is === "held" ? state.moves : {};
      return { is: "settling", moves: { ...kept, ...move }, overtaken: others };
    }
    case "settled":
      return state.is === "settling" ? send(state.moves, overtaken) : state;
    case "online":
      return state.is === "held" ? send(state.moves, overtaken) : state;
    case "repeated":
      return asksAgain(state) ? send(overtaken) : state;
    case "dropped":
      // What a coach drops is what was just said to him.
      if (state.is === "held") return { is: "idle", overtaken };
      return asksAgain(state) ? IDLE : state;
    default:
      return state.is === "sending" ? ended(state, happening) : state;
  }
}

/** Whether moves were overtaken and nothing is under way any more: the coach is asked what becomes of them. */
export function asksAgain({ is, overtaken }: State): boolean {
  return (is === "idle" || is === "refused") && Object.keys(overtaken).length > 0;
}

function send(moves: Moves, overtaken: Moves = {}): State {
  return { is: "sending", sent: moves, later: {}, overtaken };
}

function ended(
  { sent, later, overtaken }: Extract<State, { is: "sending" }>,
  happening: Extract<Happening, { it: "answered" | "outdated" | "refused" | "cut" }>,
): State {
  const movedMeanwhile = Object.keys(later).length > 0;
  switch (happening.it) {
    case "answered":
      return movedMeanwhile ? { is: "settling", moves: later, overtaken } : { is: "idle", overtaken };
    case "outdated":
      return { is: "idle", overtaken: { ...overtaken, ...sent, ...later } };
    case "refused":
      // A later move may have corrected what was refused.
      if (movedMeanwhile) return { is: "settling", moves: { ...sent, ...later }, overtaken };
      return { is: "refused", moves: sent, message: happening.message, overtaken };
    case "cut":
      return { is: "held", moves: { ...sent, ...later }, overtaken };
  }
}

/** The moves that the marks follow: refused and overtaken ones return to what the server has. */
export function movesShown(state: State): Moves {
  switch (state.is) {
    case "settling":
    case "held":
      return state.moves;
    case "sending":
      return { ...state.sent, ...state.later };
    default:
      return {};
  }
}

/** What takes `moves` back once more: the time that the coach had given, else what is found. */
export function undoOf(moves: Moves, before: readonly Event[]): Moves {
  const had = (name: EventName) => before.find((event) => event.name === name && event.source === "given");
  return Object.fromEntries(named(moves).map(([name]) => [name, had(name)?.t_ms ?? null]));
}

/** Whether the server has `moves` already, as after a connection that broke before its answer came. */
export function isIn(moves: Moves, events: readonly Event[]): boolean {
  return named(moves).every(([name, t_ms]) => {
    const event = events.find((one) => one.name === name);
    if (t_ms === null) return event?.source !== "given";
    return event?.source === "given" && Math.abs(event.t_ms - t_ms) < 0.5;
  });
}

/** The moves with their names' type, which `Object.entries` loses. */
export function named(moves: Moves): [EventName, number | null][] {
  return EVENTS.flatMap((name): [EventName, number | null][] => {
    const t_ms = moves[name];
    return t_ms === undefined ? [] : [[name, t_ms]];
  });
}

const BOWLING: readonly EventName[] = ["back_foot_contact", "front_foot_contact", "ball_release"];
const BATTING: readonly EventName[] = ["stance", "backlift_top", "front_foot_contact", "impact"];
const EVENTS: readonly EventName[] = [...new Set([...BOWLING, ...BATTING])];

/** The events that a coach can set; those of both disciplines where it is not known. */
export function eventsOf(discipline: Discipline | null): readonly EventName[] {
  if (discipline === "bowling") return BOWLING;
  if (discipline === "batting") return BATTING;
  return discipline === null ? EVENTS : [];
}
