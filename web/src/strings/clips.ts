import type { MetricName } from "../clips/summary";
import { plural } from "./plural";

const clips = plural("en", "clip", "clips");
const sessions = plural("en", "session", "sessions");

const metrics: Record<MetricName, string> = {
  head_stability_score: "Head",
  balance_drift_score: "Balance",
  front_knee_brace_score: "Front knee",
  hip_shoulder_separation_timing: "Hips to shoulders",
  elbow_drop_score: "Elbow",
};

/** A clip before its result, and after a failure. */
export const waiting = {
  title: "Clip",
  uploaded: "Uploaded",
  numbers: "Working out the numbers",
  report: "Writing the report",
  step: { done: "done", now: "now", later: "later" },
  percent: (percent: number) => `${percent} %`,
  progress: "Progress of the analysis",
  close: "You may close this page or film the next ball: the clip will be in your list.",
  busy: "It is busy right now. Your clip keeps its place.",
  tryingAgain: (attempt: number, all: number) => `Trying again, ${attempt} of ${all}`,
  said: (stage: string) => `${stage} …`,
  next: "Film the next ball",
  unfinished: {
    title: "This clip has not arrived yet",
    todo: "Choose the file again to go on with what has arrived. Unfinished clips are deleted after a day.",
    known: (name: string, size: string) => `It was ${name}, ${size}.`,
    other: "That is another file. Choose the same one, or send the other one as a new clip.",
    choose: "Choose the file",
  },
};

export const failed = {
  detail: "What the server said",
  number: (id: string) => `Number for your operator: ${id}`,
  retry: "Try again",
  send: "Send another clip",
  remove: "Delete this clip",
  removeTitle: "Delete this clip?",
  removeText: "Its film and its results are deleted. This cannot be undone.",
};

/** The list of clips. */
export const list = {
  title: "Clips",
  new: "New clip",
  loading: "Reading your clips",
  find: "Find clips",
  search: "Title or player",
  searchHint: (count: number) => `Searched in the ${sessions(count)} shown so far. Load older ones to search further.`,
  player: "Player",
  everyone: "Everyone",
  status: "State",
  any: "Any",
  statuses: { pending: "Not sent", processing: "In progress", ready: "Ready", failed: "Failed" },
  older: "Older clips",
  loadingOlder: "Loading …",
  end: (count: number) => `${sessions(count)}. That is all.`,
  noPlayer: "No player named",
  notSent: "No clip was sent",
  queued: "The clip has not arrived yet",
  percent: (stage: string, percent: number) => `${stage} · ${percent} %`,
  failed: "The analysis failed",
  nothing: "Nothing to fix first",
  tooLittle: "Too little could be judged",
  notJudged: (count: number) => `${count} not judged`,
  metrics,
  compare: "Compare",
  pick: (title: string) => `Compare “${title}”`,
  pickOne: "Choose one more clip to compare.",
  pickTwo: "Two clips chosen.",
  clear: "Clear",
  more: "More",
  clipsOf: "Clips of this session",
  clip: (number: number) => `Clip ${number}`,
  retried: "another try",
  add: "Add a clip",
  edit: "Edit",
  remove: "Delete",
  menu: (title: string) => `More: “${title}”`,
  empty: {
    title: "Film your first ball",
    todo: "One delivery is enough. From the side, at hip height, 60 frames a second, the whole body in the picture.",
  },
  none: { title: "No clip fits", todo: "Change what you look for, or load older clips." },
  deletion: {
    title: (title: string) => `Delete “${title}”?`,
    text: (count: number) => `This deletes ${clips(count)} with their reports and films. It cannot be undone.`,
    counting: "Counting its clips …",
    confirm: "Delete",
    deleting: "Deleting …",
    done: (title: string) => `“${title}” is deleted.`,
    running: "An analysis is still running. Wait until it has ended, then delete.",
  },
  editing: {
    title: "Edit",
    field: "Title",
    players: "Players",
    playersHint: "Separate several by commas.",
    save: "Save",
    saving: "Saving …",
    done: "Saved.",
    faults: { title: "A title of 1 to 200 characters.", players: "At most 50 players of at most 64 characters." },
  },
};
