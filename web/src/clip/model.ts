import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

import type {
  Event,
  EventName,
  Frame,
  JobView,
  Landmark,
  Moment,
  Results,
  SessionRecord,
  Still,
  StillsView,
} from "../api/types";

import type { Strip } from "./strip";

/** One frame that the coach can step to. */
export interface Step {
  /** 0-based index of the source frame. */
  frame: number;
  /** Milliseconds on the video's clock. */
  t_ms: number;
  /** Its image; null where none is kept. */
  still: Still | null;
  /** 33 landmarks in pixels of the upright frame; null where nobody was found or none are kept. */
  landmarks: Landmark[] | null;
}

export const SPEEDS = [0.1, 0.25, 0.5, 1] as const;
export type Speed = (typeof SPEEDS)[number];

/** A completed job with its results. */
export type Analysed = JobView & { results: Results };

/**
 * What a clip's view shows and where it stands. Every part of the view reads the current frame from here, so that
 * image, lines, charts and chips cannot disagree.
 */
export class Clip {
  readonly job: Signal<Analysed>;
  readonly etag: Signal<string | null>;
  /** Number of the newest revision; an older one is shown to be read, not changed. */
  readonly newest: Signal<number>;
  readonly session: SessionRecord;
  readonly stills: StillsView | null;
  /** Its images; null where none are kept. */
  readonly strip: Strip | null;
  readonly steps: readonly Step[];

  readonly index = signal(0);
  readonly playing = signal(false);
  readonly speed = signal<Speed>(0.25);
  /** Name of the number that is pointed out on the image and drawn in the first chart; null for none. */
  readonly picked = signal<string | null>(null);

  readonly step: ReadonlySignal<Step | null> = computed(() => this.steps[this.index.value] ?? null);
  readonly results: ReadonlySignal<Results> = computed(() => this.job.value.results);
  /** Index of the action that the coach chose; null for the one that the numbers are of. */
  readonly action = signal<number | null>(null);
  /** Index of the action that is shown; null where the results list none. */
  readonly shown = computed(() => this.action.value ?? this.results.value.primary_action ?? null);
  readonly events: ReadonlySignal<readonly Event[]> = computed(() => eventsIn(this.results.value, this.action.value));
  /** The instant that times are told from; null without events. */
  readonly anchor = computed(() => anchorOf(this.events.value));

  constructor(
    job: Analysed,
    etag: string | null,
    session: SessionRecord,
    stills: StillsView | null,
    strip: Strip | null = null,
  ) {
    this.job = signal(job);
    this.etag = signal(etag);
    this.newest = signal(job.revision);
    this.session = session;
    this.stills = stills;
    this.strip = strip;
    this.steps = stepsOf(job.results.pose.frames, stills);
    const first = this.anchor.value;
    if (first) this.showFrame(first.frame);
  }

  /** Shows the step at `index`, or the nearest that exists. */
  show(index: number): void {
    this.index.value = Math.max(0, Math.min(this.steps.length - 1, Math.round(index)));
  }

  /** Moves by `count` steps and stops playing. */
  stepBy(count: number): void {
    this.playing.value = false;
    this.show(this.index.value + count);
  }

  /** Shows the step of the source frame, or the nearest in time. */
  showFrame(frame: number): void {
    this.show(nearest(this.steps, frame, (step) => step.frame));
  }

  /** Shows the step that is nearest to `t_ms`. */
  showTime(t_ms: number): void {
    this.show(nearest(this.steps, t_ms, (step) => step.t_ms));
  }

  /** Stops at a moment and points out the number that it belongs to. */
  showMoment(moment: Moment, number: string | null = null): void {
    this.playing.value = false;
    this.picked.value = number;
    this.showFrame(moment.frame);
  }

  /** Shows an action: its key moment, its events, and what is corrected are then its own. */
  choose(index: number): void {
    const { primary_action, actions } = this.results.value;
    this.action.value = index === primary_action ? null : index;
    this.playing.value = false;
    const window = actions?.find((action) => action.index === index)?.window;
    if (this.anchor.value) this.showFrame(this.anchor.value.frame);
    else if (window) this.showTime((window.start_ms + window.end_ms) / 2);
  }

  event(name: EventName) {
    return this.events.value.find((event) => event.name === name) ?? null;
  }
}

/** The events of an action by its index; null is the one that the numbers are of. */
export function eventsIn(results: Results, action: number | null): readonly Event[] {
  if (action === null) return results.pose.pose_summary.events;
  return results.actions?.find(({ index }) => index === action)?.events ?? [];
}

/** Release, impact, or the last event; null without events. */
export function anchorOf(events: readonly Event[]): Event | null {
  return events.find(({ name }) => name === "ball_release" || name === "impact") ?? events.at(-1) ?? null;
}

/** Every frame with an image; without images every frame that was read. In order of the video. */
export function stepsOf(frames: readonly Frame[], stills: StillsView | null): Step[] {
  const landmarks = new Map(frames.map((frame) => [frame.frame, frame.landmarks]));
  if (!stills?.items.length) {
    return frames.map(({ frame, t_ms, landmarks }) => ({ frame, t_ms, still: null, landmarks }));
  }
  // A frame of an action and an evenly spaced image may be the same frame: the action's image is the larger one.
  const byFrame = new Map<number, Still>();
  for (const still of stills.items)
    if (still.action !== null || !byFrame.has(still.frame)) byFrame.set(still.frame, still);
  return [...byFrame.values()]
    .sort((a, b) => a.frame - b.frame)
    .map((still) => ({ frame: still.frame, t_ms: still.t_ms, still, landmarks: landmarks.get(still.frame) ?? null }));
}

/** Index of the item whose key is nearest to `wanted`; the first of two that are as near. */
export function nearest<T>(items: readonly T[], wanted: number, key: (item: T) => number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, item] of items.entries()) {
    const distance = Math.abs(key(item) - wanted);
    if (distance < least) {
      best = index;
      least = distance;
    }
  }
  return best;
}
