import type { FailureCode } from "../api/problem";
import type { AgeGroup, CameraView, Discipline, ErrorCode, Stage } from "../api/schema";
import type { Field } from "../upload/answers";
import type { FileFault } from "../upload/check";
import { plural } from "./plural";

const clips = plural("en", "clip", "clips");
const sessions = plural("en", "session", "sessions");
const frames = plural("en", "frame", "frames");
const balls = plural("en", "ball", "balls");
const days = plural("en", "day", "days");

/** What happened and what to do about it. */
interface Words {
  title: string;
  todo: string;
}

const failures: Record<FailureCode, Words> = {
  network: { title: "No connection", todo: "Nothing is lost. The page goes on by itself once you are online." },
  unexpected: { title: "An answer we did not expect", todo: "Try again. If it stays, tell your operator." },
  unauthenticated: { title: "Your sign-in has ended", todo: "Sign in again. What you see stays as it is." },
  not_entitled: {
    title: "Coach Plus is not part of your plan",
    todo: "Ask the person who manages your club's account to add it, then sign in again.",
  },
  not_found: { title: "This is not here", todo: "It was deleted, or it belongs to another coach." },
  method_not_allowed: { title: "The page and the server disagree", todo: "Reload the page to get its newest version." },
  request_timeout: { title: "The connection is too slow", todo: "Try again where the signal is better." },
  upload_missing: { title: "The clip did not arrive whole", todo: "Send it again. What has arrived is kept." },
  upload_rejected: {
    title: "The clip that arrived is not the one you chose",
    todo: "It was damaged or changed on the way. Send it again.",
  },
  conflict: {
    title: "Not possible right now",
    todo: "Something else is still under way for this clip. Wait until it has ended, then try again.",
  },
  precondition_failed: {
    title: "Somebody changed this meanwhile",
    todo: "The newest version is shown. Repeat your change.",
  },
  payload_too_large: { title: "Too much text", todo: "Shorten the title or the notes." },
  unsupported_media_type: {
    title: "The page and the server disagree",
    todo: "Reload the page to get its newest version.",
  },
  invalid: { title: "Something is not filled in right", todo: "Correct what is named or marked, then try again." },
  rate_limited: { title: "Too many requests", todo: "The page waits a moment and goes on by itself." },
  quota_exceeded: {
    title: "Your allowance is used up",
    todo: "Delete unfinished uploads in your list, or send the clip tomorrow. It stays on your device.",
  },
  internal_error: { title: "Something broke on our side", todo: "Try again. If it stays, quote the number below." },
  job_missing_s3_key: { title: "Something broke on our side", todo: "Send the clip again." },
  result_unreadable: { title: "This report cannot be read", todo: "Send the clip again, and quote the number below." },
  overloaded: { title: "The server is busy", todo: "The page tries again by itself." },
  queue_unavailable: { title: "The server is busy", todo: "Your clip is safe. The page tries again by itself." },
  storage_unavailable: { title: "The video store does not answer", todo: "The page tries again by itself." },
  database_unavailable: { title: "The server is busy", todo: "The page tries again by itself." },
  issuer_unavailable: { title: "Sign-in cannot be checked", todo: "The page tries again by itself." },
};

/** Why a job failed. */
const jobErrors: Record<ErrorCode, Words> = {
  upload_expired: {
    title: "The clip never arrived",
    todo: "Its upload was not finished within a day. Send it again from your device.",
  },
  upload_changed: {
    title: "The clip was replaced after it arrived",
    todo: "What is in the store is not what was sent. Send the clip again.",
  },
  video_unavailable: {
    title: "The clip cannot be read from the store",
    todo: "Try again in a few minutes. If it stays, send the clip again.",
  },
  video_rejected: {
    title: "This file cannot be analysed",
    todo: "It is no readable video, or too long or too large. Trim it to the action or choose another clip.",
  },
  storage_unavailable: { title: "The video store did not answer", todo: "Try again in a few minutes." },
  no_space: { title: "The server ran out of space", todo: "Try again in a few minutes." },
  model_missing: { title: "The server is not set up right", todo: "Tell your operator, then try again." },
  database_lost: { title: "The server lost its database", todo: "Try again in a few minutes." },
  child_died: {
    title: "The analysis broke off",
    todo: "Try again. If it breaks off once more, send a shorter clip.",
  },
  deadline_passed: {
    title: "The analysis took too long",
    todo: "Trim the clip to the action and send it again.",
  },
  memory_cap_hit: {
    title: "The clip is too large to analyse",
    todo: "Film in 1080p, or trim it to the action.",
  },
  attempts_spent: {
    title: "The analysis broke off three times",
    todo: "Send a shorter clip, or film it again.",
  },
  processing_expired: {
    title: "The analysis never came back",
    todo: "It was given up. Try again; the clip is still there.",
  },
  internal_error: {
    title: "Something broke on our side",
    todo: "Try again. If it stays, quote the number below.",
  },
};

const stages: Record<Stage, string> = {
  waiting: "Waiting for a turn",
  downloading: "Fetching the clip",
  extracting_pose: "Reading the body",
  computing_metrics: "Working out the numbers",
  generating_findings: "Looking for what stands out",
  generating_report: "Writing the report",
  persisting: "Saving",
};

type Known = string | null;

/** Which ways of the head one picture shows; empty where nobody knows from where it was taken. */
const headWays = (view: Known) =>
  view === "side" ? ", forward or back and up or down" : view === null ? "" : ", to the side and up or down";

/** What the API's five numbers are. A camera from the side reads some of them differently from one in front. */
const metrics = {
  head_stability_score: {
    title: "Head",
    says: (discipline: Known, view: Known) =>
      discipline === "bowling"
        ? `How far the head strays from its own even path${headWays(view)}, in % of leg plus trunk.`
        : `How far the head moves away from its place above the feet${headWays(view)}, in % of leg plus trunk.`,
  },
  balance_drift_score: {
    title: "Balance",
    says: (discipline: Known, view: Known) => {
      if (view === "front" || view === "behind") {
        return "How far to the side of the middle of the feet the weight is: 0 is the middle.";
      }
      if (discipline !== "batting" && discipline !== "bowling") {
        return "How far in front of or behind the middle of the feet the weight is: 0 is the middle.";
      }
      const moment = discipline === "batting" ? "impact" : "release";
      return `Where the weight is at ${moment}: 0 is over the back foot, 1 over the front foot.`;
    },
  },
  front_knee_brace_score: {
    title: "Front knee",
    says: (discipline: Known, _view: Known) => {
      if (discipline === "batting") return "How far the front knee is bent at impact: 0° is straight.";
      if (discipline === "bowling") return "Angle of the front knee at release: 180° is straight.";
      return "How far the knee that bends more is bent: 0° is straight.";
    },
  },
  hip_shoulder_separation_timing: {
    title: "Hips to shoulders",
    says: (_discipline: Known, _view: Known) => "How long after the hips the trunk turns.",
  },
  elbow_drop_score: {
    title: "Upper arm",
    says: (discipline: Known, _view: Known) =>
      discipline === "bowling"
        ? "How far above level the bowling upper arm is at release."
        : "How far the front upper arm falls before the decisive moment.",
  },
};

const reading = {
  metrics,
  groups: {
    run_up: "Run-up",
    stride: "Stride",
    front_leg: "Front leg",
    trunk_head: "Trunk and head",
    arm: "Arm",
    backlift: "Backlift",
    downswing: "Downswing",
  },
  seenIn: (n: number, of: number, discipline: Known) =>
    `seen in ${n} of ${of} ${discipline === "bowling" ? "balls" : discipline === "batting" ? "shots" : "actions"}`,
  events: {
    back_foot_contact: { title: "Back foot lands", short: "Back foot", at: "back foot" },
    front_foot_contact: { title: "Front foot lands", short: "Front foot", at: "front foot" },
    ball_release: { title: "Ball released", short: "Release", at: "release" },
    stance: { title: "Stance", short: "Stance", at: "stance" },
    backlift_top: { title: "Top of the backlift", short: "Top", at: "top of the backlift" },
    impact: { title: "Bat meets ball", short: "Impact", at: "impact" },
  },
  fromAnchor: (ms: string, sign: number, anchor: string) => {
    if (sign === 0) return `at ${anchor}`;
    return sign < 0 ? `${ms} ms before ${anchor}` : `${ms} ms after ${anchor}`;
  },
  head: {
    save: "Save",
    print: "Print",
    filmed: { side: "From the side", front: "From the front", behind: "From behind" },
    viewUnknown: "Camera position not recognised",
    does: { bowling: "Bowling", batting: "Batting", wicketkeeping: "Wicketkeeping", fielding: "Fielding" },
    arm: { right: "right arm", left: "left arm" },
    hand: { right: "right-handed", left: "left-handed" },
    nothingSeen: "No cricket action recognised",
    given: "given",
    seen: "seen",
    seenUnsure: "seen, unsure",
    frames: (read: number, fps: string) => `${frames(read)}, ${fps} a second`,
    framesSome: (found: number, read: number, fps: string) => `Player in ${found} of ${read} frames, ${fps} a second`,
    notJudged: (n: number) => `${n} not judged`,
  },
  capture: {
    level: { high: "Good clip", medium: "Usable clip", low: "Weak clip" },
    truncated: (until: string) => `The file ends early: only the first ${until} could be read.`,
    people: (n: number) => `${n} people are in the picture. Film one player alone, so that nobody is mixed up.`,
    rarely: (share: string) => `The player was found in only ${share} of the frames.`,
    nobody: "Nobody was found in the picture.",
  },
  priority: {
    label: "Work on this first",
    nothing: "Nothing to fix first",
    little: "Too little could be judged",
    littleLead: "Film it again like this:",
    clearest: (title: string, value: string) => `The clearest number: ${title}, ${value}`,
    strength: "What is good already",
    faultLine: (value: string) => `fault line ${value}`,
    showMe: "Show me",
    drill: (name: string, minutes: number) => `${name}, ${minutes} min`,
    quoted: (cue: string) => `“${cue}”`,
  },
  severity: { low: "Slight", medium: "Clear", high: "Strong" },
  verdict: { on: "On target", near: "Near target", off: "Off target", none: "Not judged" },
  sureness: { sure: "Sure", fairly: "Fairly sure", unsure: "Unsure", too_unsure: "Too unsure" },
  moments: {
    title: "Key moments",
    unsure: "unsure",
    set: "set by you",
    nothing: "No number was read at this moment.",
  },
  charts: {
    pick: "Number in this chart",
    position: (title: string) => `${title}: position in the clip`,
    axis: (anchor: string) => `milliseconds from ${anchor}`,
    axisStart: "milliseconds from the start",
    band: "Grey: uncertainty.",
    target: "Green: target.",
    targetAt: (event: string) => `Green: target at ${event}.`,
    numbers: "Numbers",
    frame: "Frame",
    none: "–",
    nothing: "No number of this clip has a curve: nothing was measured over several frames.",
    says: (title: string, low: string, high: string, n: number) =>
      `${title} runs from ${low} to ${high} over ${frames(n)}.`,
  },
  tiles: {
    title: "Judged against a target",
    lead: "The bar is the uncertainty, the green field the target.",
    provisional: "Targets are rules of thumb.",
    described: "Described, not graded",
    describedLead: "The grey field is what others did, where a study says so.",
    other: "Other",
    relative:
      "Give the player’s height before the next clip, and its lengths will be in metres. H is 0.78 of the height.",
    target: (range: string) => `Target ${range}`,
    atLeast: (value: string) => `${value} or more`,
    atMost: (value: string) => `${value} or less`,
    between: (low: string, high: string) => `${low} to ${high}`,
    notMeasured: "Not measured",
    noNorm: "No norm known",
    range: (value: string, error: string, target: string) => [value, error, target].filter(Boolean).join(", "),
  },
  since: {
    title: "Since last time",
    before: (day: string) => `Beside the clip of ${day}`,
    nothing: "Nothing changed by more than the error.",
    same: "No more than the error:",
  },
  actions: {
    title: "Every action in this clip",
    action: "Action",
    time: "Time",
    nth: (n: number) => `No. ${n}`,
    main: "numbers above",
    coarse: "only roughly read",
    summed: (mean: string, spread: string) => `mean ${mean}, spread ${spread}`,
    best: "Best",
    worst: "Worst",
    compared: (number: string) => `${number}: the best beside the worst`,
    unsure: "not judged",
    repeatability: "The spread of measures is without the measurement’s own error. It is described, not graded.",
  },
  findings: {
    title: "What stood out",
    strength: "Strength",
    film: "Before you film next time",
    cues: "Say to the player",
  },
  drill: {
    minutes: (n: number) => `${n} min`,
    people: (n: number) => (n <= 1 ? "alone" : n === 2 ? "with a helper" : `${n} people`),
    balls,
    sets: "Sets",
    kit: "Kit",
    load: "Balls",
    level: "For",
    success: "It works when",
    easier: "Easier",
    harder: "Harder",
    source: "Source",
  },
  week: {
    title: "One week",
    day: (n: number) => `Day ${n}`,
    rest: "Rest",
    total: (load: string, on: number) => `${load} on ${days(on)}.`,
    drills: "All drills, step by step",
  },
  save: {
    json: "Result (JSON)",
    jsonHint: "All of it, as the API gives it",
    series: "Curves (CSV)",
    seriesHint: "Each number over time, for a spreadsheet",
    landmarks: "Landmarks (CSV)",
    landmarksHint: "33 points in each frame, in pixels",
    trc: "Markers (TRC)",
    trcMetres: "For OpenSim, in metres, scaled by the player’s height; depth is estimated",
    trcPixels: "For OpenSim, in pixels: no height is known; depth is estimated",
    png: "This frame (PNG)",
    pngHint: "The picture with its lines",
    noFrames: "This result keeps no landmarks",
    noSeries: "This result has no curves",
    noPicture: "There is no picture to save",
    failed: "The file could not be made. Try again.",
  },
  foot: "Every number is read from one camera and carries a 90 % interval.",
};

/** Joints by the number of their landmark. */
const joints: Record<number, string> = {
  11: "left shoulder",
  12: "right shoulder",
  13: "left elbow",
  14: "right elbow",
  15: "left wrist",
  16: "right wrist",
  23: "left hip",
  24: "right hip",
  25: "left knee",
  26: "right knee",
  27: "left ankle",
  28: "right ankle",
  31: "left toe",
  32: "right toe",
};

/** The frame, what moves it, and the correction of events. */
const stage = {
  frame: (frame: number) => `Frame ${frame}`,
  chip: (frame: number) => `frame ${frame}`,
  position: "Position in the clip",
  previous: "One frame back",
  next: "One frame on",
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  zoomReset: (zoom: string) => `${zoom}: back to the whole picture`,
  lines: "Lines of the body",
  angle: "Measure an angle",
  legend: "What the lines mean",
  left: "Left",
  right: "Right",
  hidden: "Hidden, estimated",
  joints,
  angleHint: (missing: number) =>
    missing === 1 ? "Choose one more joint" : `Choose ${missing} joints, the corner second`,
  angleResult: (angle: string) => `${angle} in the picture. The report does not use it.`,
  noBody: "Nobody was found on this frame",
  nothing: "Nothing can be shown of this clip: it was sent without its frames.",
  loading: "Loading the picture",
  offline: "No connection: pictures come later",
  refused: "The store gives no pictures",
  gone: "The pictures were deleted",
  noImages: "No pictures are kept",
  repeated: "The clip repeats this frame",
  help: {
    title: "Keys",
    keys: [
      ["← →", "One frame"],
      ["Shift ← →", "Five frames"],
      ["Home, End", "First, last frame"],
      ["Space", "Play, pause"],
      ["Tab, ← →", "On an event’s mark: move the event"],
    ],
  },
  film: {
    open: "Watch the clip",
    title: "The clip",
    cannotPlay: "This browser cannot play this clip.",
    download: "Download it",
  },
  revisions: {
    label: "Version",
    option: (number: number, newest: number) => `${number} of ${newest}`,
    old: "An earlier version: to be read, not changed.",
    gone: (number: number) => `Version ${number} is no longer kept.`,
  },
  correction: {
    title: "Correct the moments",
    hint: "Step to the frame where it really happens, then set it. Or drag its mark under the picture.",
    mark: (event: string) => `${event}: move it`,
    at: (frame: number, given: boolean) => (given ? `frame ${frame}, set by you` : `frame ${frame}`),
    missing: "not found",
    setHere: (frame: number) => `Set to frame ${frame}`,
    revert: "Back to what was found",
    moved: (event: string, frame: number) => `${event} moved to frame ${frame}`,
    taken: (event: string) => `${event} is no longer set`,
    change: (number: string, from: string, to: string) => `${number} ${from} → ${to}`,
    back: (event: string, frame: number) => `${event} back to what was found, frame ${frame}`,
    sending: "Measuring with the moved moment …",
    held: "Not sent yet: no answer. The move is kept and goes out as soon as the connection is back.",
    refused: (events: readonly string[]) => `${events.join(", ")} could not be moved.`,
    outdated: "Somebody changed this clip meanwhile. You see the newest version, without your move.",
    repeat: "Move it once more",
    leave: "Leave it",
    same: "no number changed",
    none: "no value",
  },
};

/** Two clips side by side. */
const compare = {
  title: "Compare",
  swap: "Swap sides",
  choose: "Compare with which clip?",
  nothing: { title: "There is no other clip yet", todo: "Analyse a second clip, then compare the two." },
  notReady: { title: "One of the clips is not analysed yet", todo: "Wait until it is, or choose another one." },
  other: "Choose another clip",
  pictures: "The two clips",
  way: "How the clips are shown",
  beside: "Side by side",
  ghost: "On top",
  over: (over: string, under: string) => `${over} over ${under}`,
  start: "the first frame",
  noEvent: "No moment was found in both: the clips begin together.",
  linedUp: "lined up here",
  lineUp: "line up",
  notFilmed: "Not in this clip",
  differs: "What differs",
  rule: "Sure only where the difference is larger than its own ±, which combines both uncertainties.",
  sure: "A sure difference",
  notSure: "No sure difference",
  unlike: (titles: string) => `Read in different ways in these two clips, so not compared: ${titles}.`,
  notBoth: (titles: string) => `Not measured in both: ${titles}.`,
  number: "Number in the chart",
  curves: (title: string) => `${title} in both clips over time`,
  axis: "Milliseconds from the moment that the clips are lined up at",
};

const disciplines: Record<Discipline, string> = {
  bowling: "Bowling",
  batting: "Batting",
  wicketkeeping: "Keeping",
  fielding: "Fielding",
};

const cameras: Record<CameraView, string> = { side: "Side", front: "Front", behind: "Behind" };

const ages: Record<AgeGroup, string> = {
  u11: "Under 11",
  u13: "Under 13",
  u15: "Under 15",
  u17: "Under 17",
  u19: "Under 19",
  adult: "Adult",
};

const fileFaults: Record<FileFault, string> = {
  type: "This is no video that can be analysed. Choose an MP4, MOV or WebM file.",
  empty: "This file is empty. Choose it again, or film again.",
  size: "This file is too large. Trim it to the action, or film in 1080p.",
  length: "This clip is longer than ten minutes. Trim it to the action.",
};

const fieldFaults: Partial<Record<Field, string>> = {
  title: "Give the clip a title of at most 200 characters.",
  player: "At most 64 characters.",
  notes: "At most 4,000 characters.",
  height: "A height between 80 and 230 cm.",
  rate: "A number between 1 and 1,000.",
};

/** Choosing, describing and sending a clip. */
const upload = {
  title: "New clip",
  picker: {
    title: "One delivery or one shot",
    hint: (limit: string) => `MP4, MOV or WebM, up to ${limit} and ten minutes. Best at 60 frames a second or more.`,
    film: "Film now",
    choose: "Choose clips",
    more: "Add clips",
    remove: (name: string) => `Remove ${name}`,
    checking: "Looking at the file …",
    unreadable: "This browser cannot show it. It can still be sent.",
    missing: "Choose a clip first.",
    together: (count: number) => `${clips(count)} for one session, sent one after another.`,
    preview: (name: string) => `First picture of ${name}`,
  },
  form: {
    added: (title: string) => `Goes into the session “${title}”.`,
    loadingSession: "Reading the session …",
    field: {
      player: "Player",
      whose: "Whose clip is it?",
      title: "Title",
      discipline: "What is filmed",
      style: "Bowling",
      camera: "Camera",
      hand: "Hand",
      height: "Height",
      heightUnit: "cm",
      age: "Age group",
      slow: "Filmed in slow motion?",
      rate: "Filmed at",
      otherRate: "Frames a second",
      notes: "Notes",
    },
    hint: {
      height: "for metres",
      age: "for load limits",
      whose: "for progress and load",
      slow: "Say what the camera was set to, so that times are right.",
    },
    more: "Slow motion, notes",
    findOut: "Find out",
    notSaid: "Not said",
    pace: "Pace",
    spin: "Spin",
    no: "No",
    yes: "Yes",
    unsure: "Not sure",
    rate: (fps: number) => `${fps} fps`,
    other: "Other",
    submit: (count: number) => (count > 1 ? `Send ${clips(count)}` : "Send the clip"),
    faults: fieldFaults,
  },
  disciplines,
  cameras,
  ages,
  fileFaults,
  place: {
    title: "A clip that measures well",
    picture: {
      bowling: "Seen from above: the camera stands level with the bowling crease, 6 to 10 metres to the side.",
      batting: "Seen from above: the camera stands level with the batting crease, 5 to 8 metres to the side.",
      wicketkeeping: "Seen from above: the camera stands level with the keeper, 5 to 8 metres to the side.",
      fielding: "Seen from above: the camera stands 5 to 8 metres to the side, out of the line of the ball.",
    } satisfies Record<Discipline, string>,
    distance: { bowling: "6–10 m", batting: "5–8 m", wicketkeeping: "5–8 m", fielding: "5–8 m" } satisfies Record<
      Discipline,
      string
    >,
    height: "hip height",
    behindNet: "behind a net",
    tips: [
      "Phone on a tripod or a bag at hip height. Hold still.",
      "Whole body in the picture, with room above the head.",
      "From a few strides before the action until after it.",
      "60 frames a second or more. Nobody else walks through.",
    ],
  },
  card: {
    list: "Clips on their way",
    checked: "Waits for the clip before it.",
    initiating: "Asking for a place …",
    sending: (sent: string, all: string) => `Sending: ${sent} of ${all}`,
    rate: (perSecond: string) => `${perSecond} a second`,
    left: (time: string) => `about ${time} left`,
    seconds: (count: number) => `${count} s`,
    minutes: (count: number) => `${count} min`,
    completing: "Arrived. Checking it …",
    paused: "Paused. What has arrived is kept for a day.",
    offline: "No connection. It goes on by itself. Keep this page open.",
    offlineParts: (done: number, all: number) =>
      `No connection. ${done} of ${all} parts have arrived; it goes on from there by itself. Keep this page open.`,
    lost: (name: string) => `The page was reloaded. Choose ${name} again and it goes on with what has arrived.`,
    lostNew: (name: string) => `The page was reloaded before the clip went out. Choose ${name} again to send it.`,
    other: "That is another file. Choose the same one, or send the other one as a new clip.",
    choose: "Choose the file",
    pause: "Pause",
    resume: "Go on",
    now: "Try now",
    sendAgain: "Send again",
    dismiss: "Remove from this list",
    open: "Open",
    see: "See the result",
    ready: "The result is ready.",
    failed: "The analysis failed. Open the clip to see why.",
    running: "You may close this page.",
    percent: "Sent",
    spent: "It was tried five times. What has arrived is kept; try again in a few minutes.",
  },
  cancel: {
    title: "Stop sending this clip?",
    text: "What has arrived is deleted. The clip stays on your device.",
    keep: "Go on sending",
    stop: "Stop and delete",
  },
};

/** A clip before its result, and after a failure. */
const waiting = {
  uploaded: "Uploaded",
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
  },
};

const failed = {
  detail: "What the server said",
  send: "Send another clip",
  remove: "Delete this clip",
  removeTitle: "Delete this clip?",
  removeText: "The clip and its results are deleted. This cannot be undone.",
};

/** The list of clips. */
const list = {
  title: "Clips",
  loading: "Reading your clips",
  find: "Find clips",
  search: "Title or player",
  searchHint: (count: number) => `Searched in the ${sessions(count)} shown so far. Load older ones to search further.`,
  player: "Player",
  everyone: "Everyone",
  progress: "Progress and load",
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
  pick: (title: string) => `Compare “${title}”`,
  pickOne: "Choose one more clip to compare.",
  pickTwo: "Two clips chosen.",
  clear: "Clear",
  more: "More",
  clipsOf: "Clips of this session",
  clip: (number: number) => `Clip ${number}`,
  retried: "another try",
  add: "Add a clip",
  menu: (title: string) => `More: “${title}”`,
  empty: {
    title: "Film your first ball",
    todo: "One delivery is enough. From the side, at hip height, 60 frames a second, the whole body in the picture.",
  },
  none: { title: "No clip fits", todo: "Change what you look for, or load older clips." },
  deletion: {
    title: (title: string) => `Delete “${title}”?`,
    text: (count: number) => `This deletes ${clips(count)} with their reports. It cannot be undone.`,
    counting: "Counting its clips …",
    deleting: "Deleting …",
    done: (title: string) => `“${title}” is deleted.`,
    running: "An analysis is still running. Wait until it has ended, then delete.",
  },
  editing: {
    title: "Edit",
    field: "Title",
    players: "Players",
    playersHint: "Separate several by commas.",
    later:
      "Reports that are already written do not change. If you change the players, earlier clips may move to another player’s progress and load, or count for nobody.",
    save: "Save",
    saving: "Saving …",
    done: "Saved.",
    overtaken: "Somebody changed this meanwhile. Save again to keep what you typed.",
    faults: { title: "A title of 1 to 200 characters.", players: "At most 50 players of at most 64 characters." },
  },
};

/** Every word of the page. The server's own sentences are English. */
export const en = {
  product: "Cricksy Coach Plus",
  failures,
  stage,
  compare,
  jobErrors,
  stages,
  common: {
    again: "Try again",
    back: "Back to the clips",
    cancel: "Cancel",
    close: "Close",
    delete: "Delete",
    reload: "Reload",
    undo: "Undo",
    language: "Language",
    skip: "Skip to the content",
    requestId: (id: string) => `Number for your operator: ${id}`,
    waiting: (seconds: number) => `Trying again in ${seconds} s`,
  },
  signIn: {
    title: "Sign in",
    expired: "Your sign-in has ended. Sign in to go on; nothing is lost.",
    field: "Access token",
    hint: "Your club gives it to you. It stays in this tab and is gone when you close it.",
    submit: "Sign in",
    signOut: "Sign out",
  },
  clip: { title: "Clip" },
  reading,
  upload,
  waiting,
  failed,
  list,
  nowhere: { title: "There is no such page", todo: "The address may be mistyped." },
  crashed: { title: "The page broke", todo: "Reload it. Your clips are safe on the server." },
};
