import { signal } from "@preact/signals";

import { answerOf, api, repeated } from "../api/client";
import { Failure } from "../api/problem";
import type { Event, EventName, JobView } from "../api/types";
import { t } from "../strings/text";
import { toast } from "../ui/Toast";
import type { Analysed, Clip, Step } from "./model";
import { type Measured, numbersOf } from "./numbers";
import { valueText, wordsOf } from "./words";

/** Milliseconds without a further move after which the numbers follow. */
export const SETTLE_MS = 600;

/** The events that the coach may set, by what the player does. */
export const EVENTS_OF: Record<"bowling" | "batting", readonly EventName[]> = {
  bowling: ["back_foot_contact", "front_foot_contact", "ball_release"],
  batting: ["stance", "backlift_top", "front_foot_contact", "impact"],
};

interface Moved {
  name: EventName;
  frame: number;
  t_ms: number;
}

/** An event on its way to another frame: moved by the coach, then sent, then part of the results or back where it was. */
export class Correction {
  readonly moved = signal<Moved | null>(null);
  readonly sending = signal(false);
  /** What is wrong with the last move, in words; null where nothing is. */
  readonly problem = signal<string | null>(null);

  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly clip: Clip) {}

  /** Where the mark of an event stands: where it was moved to, or where it was found; null for an event without one. */
  at(name: EventName): Pick<Event, "frame" | "t_ms"> | null {
    const moved = this.moved.value;
    return moved?.name === name ? moved : this.clip.event(name);
  }

  /** Moves the event and the stage with it; the numbers follow when it has come to rest. */
  move(name: EventName, step: Step): void {
    if (this.sending.value) return;
    this.problem.value = null;
    this.moved.value = { name, frame: step.frame, t_ms: step.t_ms };
    this.clip.playing.value = false;
    this.clip.showFrame(step.frame);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(name, step.t_ms), SETTLE_MS);
  }

  /** Takes a correction back: the analysis finds the event again. */
  revert(name: EventName): void {
    clearTimeout(this.timer);
    void this.send(name, null);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async send(name: EventName, t_ms: number | null): Promise<void> {
    const { clip } = this;
    const before = clip.job.value;
    const earlier = clip.event(name);
    if (t_ms !== null && earlier?.t_ms === t_ms) {
      this.moved.value = null;
      return;
    }
    this.sending.value = true;
    try {
      const after = await this.patch(name, t_ms);
      this.take(after.body, after.etag);
      const undo = () => void this.send(name, earlier?.source === "given" ? earlier.t_ms : null);
      toast(changeText(name, before, after.body), undo);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await this.refused(error);
    } finally {
      this.moved.value = null;
      this.sending.value = false;
    }
  }

  private patch(name: EventName, t_ms: number | null): Promise<{ body: Analysed; etag: string | null }> {
    const { clip } = this;
    const etag = clip.etag.value;
    const params = { path: { job_id: clip.job.value.job_id }, ...(etag ? { header: { "If-Match": etag } } : {}) };
    return repeated(() =>
      analysed(
        answerOf(api.PATCH("/api/coaches/plus/analysis-jobs/{job_id}/events", { params, body: { [name]: t_ms } })),
      ),
    );
  }

  private async refused(failure: Failure): Promise<void> {
    const words = t().failures[failure.code];
    if (failure.code === "invalid") {
      this.problem.value = failure.errors.map(({ message }) => message).join("; ") || words.title;
      return;
    }
    if (failure.code === "precondition_failed") await this.read();
    toast(`${words.title}. ${words.todo}`);
  }

  /** Reads the newest revision, which somebody else made. */
  private async read(): Promise<void> {
    const path = { job_id: this.clip.job.value.job_id };
    const { body, etag } = await repeated(() =>
      analysed(answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params: { path } }))),
    );
    this.take(body, etag);
  }

  private take(job: Analysed, etag: string | null): void {
    this.clip.job.value = job;
    this.clip.etag.value = etag;
    this.clip.newest.value = job.revision;
  }
}

/** An answer of a job that has results. Throws {@link Failure}. */
export async function analysed(
  answer: Promise<{ body: JobView; etag: string | null }>,
): Promise<{ body: Analysed; etag: string | null }> {
  const { body, etag } = await answer;
  if (body.results === null) throw new Failure("unexpected", "a job without results");
  return { body: { ...body, results: body.results }, etag };
}

const MOST_NUMBERS = 3;

/** `Front foot moved to frame 15: front knee 144° → 151°`. */
function changeText(name: EventName, before: Analysed, after: Analysed): string {
  const words = t().stage.correction;
  const event = after.results.pose.pose_summary.events.find((one) => one.name === name);
  const what = t().reading.events[name].short;
  const moved = event ? words.moved(what, event.frame) : words.taken(what);
  const summary = after.results.pose.pose_summary;
  const changes = numbersOf(after.results).flatMap((now) => {
    const then = numbersOf(before.results).find((one) => one.name === now.name);
    const [from, to] = [shown(then), shown(now)];
    return from === to ? [] : [words.change(wordsOf(now, summary).title, from, to)];
  });
  return `${moved}: ${changes.slice(0, MOST_NUMBERS).join(", ") || words.same}`;
}

function shown(of: Measured | undefined): string {
  return of && of.value !== null ? valueText(of) : t().stage.correction.none;
}
