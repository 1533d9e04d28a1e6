import { computed, type ReadonlySignal, signal } from "@preact/signals";

import { answerOf, api, isPassing, repeated } from "../api/client";
import { Failure } from "../api/problem";
import type { Event, EventName, JobView } from "../api/types";
import { t } from "../strings/text";
import { toast } from "../ui/Toast";
import { type Analysed, type Clip, eventsIn, nearest, type Step } from "./model";
import { type Happening, IDLE, isIn, type Moves, movesShown, named, next, type State, undoOf } from "./moves";
import { type Measured, numbersOf } from "./numbers";
import { valueText, wordsOf } from "./words";

/** Milliseconds without a further move after which the numbers follow. */
const SETTLE_MS = 600;
/** Milliseconds until a move that could not be sent goes out once more. */
const HELD_MS = 5000;

/** The events that the coach moves: their marks at once, the results as soon as the marks have come to rest. */
export class Correction {
  readonly #now = signal<State>(IDLE);
  readonly state: ReadonlySignal<State> = this.#now;
  readonly #moves = computed(() => movesShown(this.#now.value));
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The action that the events are of. */
  readonly #action: number | null;

  constructor(private readonly clip: Clip) {
    this.#action = clip.action.peek();
    addEventListener("online", this.#online);
  }

  /** Where the mark of an event stands: where it was moved to, or where it was found; null for an event without one. */
  at(name: EventName): Pick<Event, "frame" | "t_ms"> | null {
    const moved = this.#moves.value[name];
    if (typeof moved !== "number") return this.clip.event(name);
    return this.clip.steps[nearest(this.clip.steps, moved, ({ t_ms }) => t_ms)] ?? null;
  }

  /** Whether the event stands where the results do not have it yet. */
  isMoved(name: EventName): boolean {
    return this.#moves.value[name] !== undefined;
  }

  /** Moves the event and the stage with it; the numbers follow when it has come to rest. */
  move(name: EventName, step: Step): void {
    this.clip.playing.value = false;
    this.clip.showFrame(step.frame);
    this.#happen({ it: "moved", name, t_ms: step.t_ms });
  }

  /** Takes a correction back: the analysis finds the event once more. */
  revert(name: EventName): void {
    this.#apply({ [name]: null });
  }

  /** Applies the moves that somebody else's change kept out. */
  repeat(): void {
    this.#happen({ it: "repeated" });
  }

  drop(): void {
    this.#happen({ it: "dropped" });
  }

  /** Leaves the view. A move that has not come to rest is sent at once, and one that waits for the network goes on. */
  dispose(): void {
    removeEventListener("online", this.#online);
    clearTimeout(this.#timer);
    this.#happen({ it: "settled" });
    this.#happen({ it: "online" });
  }

  readonly #online = () => this.#happen({ it: "online" });

  #apply(moves: Moves): void {
    for (const [name, t_ms] of named(moves)) this.#happen({ it: "moved", name, t_ms });
    this.#happen({ it: "settled" });
  }

  #happen(happening: Happening): void {
    const before = this.#now.peek();
    const now = next(before, happening);
    if (now === before) return;
    clearTimeout(this.#timer);
    this.#now.value = now;
    if (now.is === "settling") this.#timer = setTimeout(() => this.#happen({ it: "settled" }), SETTLE_MS);
    if (now.is === "held") this.#timer = setTimeout(this.#online, HELD_MS);
    if (now.is === "sending" && before.is !== "sending") void this.#send(now.sent);
  }

  async #send(wanted: Moves): Promise<void> {
    const { clip } = this;
    const before = clip.job.peek();
    const moves: Moves = Object.fromEntries(
      named(wanted).filter(([name, t_ms]) => this.#events(before).find((of) => of.name === name)?.t_ms !== t_ms),
    );
    if (!named(moves).length) {
      this.#happen({ it: "answered" });
      return;
    }
    try {
      const { body, etag } = await this.#patch(moves);
      this.#done(moves, before, body, etag);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await this.#refused(error, moves, before);
    }
  }

  #done(moves: Moves, before: Analysed, after: Analysed, etag: string | null): void {
    this.#take(after, etag);
    this.#happen({ it: "answered" });
    const undo = undoOf(moves, this.#events(before));
    toast(changeText(this.clip, moves, before, after, this.#events(after)), () => this.#apply(undo));
  }

  async #patch(moves: Moves): Promise<{ body: Analysed; etag: string | null }> {
    const etag = this.clip.etag.peek();
    const query = this.#action === null ? {} : { action: this.#action };
    const params = { path: { job_id: this.clip.job.peek().job_id }, query };
    const headers = etag ? { "If-Match": etag } : {};
    const call = api.PATCH("/api/coaches/plus/analysis-jobs/{job_id}/events", { params, headers, body: moves });
    return analysed(answerOf(call));
  }

  async #refused(failure: Failure, moves: Moves, before: Analysed): Promise<void> {
    if (isPassing(failure)) {
      this.#happen({ it: "cut" });
    } else if (failure.code === "precondition_failed") {
      await this.#outdated(moves, before);
    } else {
      const said = failure.errors.map(({ message }) => message).join(" ");
      this.#happen({ it: "refused", message: said || t().failures[failure.code].title });
    }
  }

  /** Shows the newest revision. It may be the coach's own: an answer that was lost on the way. */
  async #outdated(moves: Moves, before: Analysed): Promise<void> {
    try {
      const { body, etag } = await analysedJob(before.job_id);
      if (isIn(moves, this.#events(body))) {
        this.#done(moves, before, body, etag);
        return;
      }
      this.#take(body, etag);
      this.#happen({ it: "outdated" });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#happen({ it: "cut" });
    }
  }

  #events({ results }: Analysed): readonly Event[] {
    return eventsIn(results, this.#action);
  }

  #take(job: Analysed, etag: string | null): void {
    this.clip.job.value = job;
    this.clip.etag.value = etag;
    this.clip.newest.value = job.revision;
  }
}

/** The newest revision of a job that has results, or an earlier one. Throws {@link Failure}. */
export function analysedJob(job_id: string, query: { revision?: number } = {}) {
  const params = { path: { job_id }, query };
  return repeated(() => analysed(answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params }))));
}

async function analysed(
  answer: Promise<{ body: JobView; etag: string | null }>,
): Promise<{ body: Analysed; etag: string | null }> {
  const { body, etag } = await answer;
  if (body.results === null) throw new Failure("unexpected", "a job without results");
  return { body: { ...body, results: body.results }, etag };
}

const MOST_NUMBERS = 3;

/** `Front foot moved to frame 15: front knee 144° → 151°`. The number that is picked comes first. */
function changeText(clip: Clip, moves: Moves, before: Analysed, after: Analysed, events: readonly Event[]): string {
  const words = t().stage.correction;
  const moved = named(moves).map(([name, t_ms]) => {
    const event = events.find((one) => one.name === name);
    const what = t().reading.events[name].short;
    if (!event) return words.taken(what);
    return t_ms === null ? words.back(what, event.frame) : words.moved(what, event.frame);
  });
  const then = new Map(numbersOf(before.results).map((of) => [of.name, of]));
  const picked = clip.picked.peek();
  const changes = numbersOf(after.results)
    .sort((a, b) => Number(b.name === picked) - Number(a.name === picked))
    .flatMap((now) => {
      const [from, to] = [shown(then.get(now.name)), shown(now)];
      return from === to ? [] : [words.change(wordsOf(now, after.results.pose.pose_summary).title, from, to)];
    });
  return `${moved.join(", ")}: ${changes.slice(0, MOST_NUMBERS).join(", ") || words.same}`;
}

function shown(of: Measured | undefined): string {
  return of && of.value !== null ? valueText(of) : t().stage.correction.none;
}
