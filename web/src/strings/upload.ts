import type { AgeGroup, CameraView, Discipline } from "../api/schema";
import type { Field } from "../upload/answers";
import type { FileFault } from "../upload/check";
import { plural } from "./plural";

const clips = plural("en", "clip", "clips");

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
export const upload = {
  title: "New clip",
  close: "Close",
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
      slow: "Say what the camera was set to, so that times are right.",
    },
    more: "Slow motion, notes",
    findOut: "Find out",
    notSaid: "Not said",
    right: "Right",
    left: "Left",
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
    title: "A film that measures well",
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
    again: "Try again",
    sendAgain: "Send again",
    cancel: "Cancel",
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
    text: "What has arrived is deleted. The film stays on your device.",
    keep: "Go on sending",
    stop: "Stop and delete",
  },
};
