import type {
  AgeGroup,
  BowlingStyle,
  CameraView,
  CreateSession,
  Discipline,
  Handedness,
  SessionRecord,
} from "../api/schema";

/** What the coach says about a clip. An empty word leaves it to the analysis, or says nothing. */
export interface Answers {
  title: string;
  player: string;
  discipline: Discipline | "";
  hand: Handedness | "";
  camera: CameraView | "";
  height: string;
  age: AgeGroup | "";
  style: BowlingStyle | "";
  slow: "no" | "yes" | "unsure";
  /** Frames per second at which a slowed film was shot. */
  rate: string;
  notes: string;
}

export const NO_ANSWERS: Answers = {
  title: "",
  player: "",
  discipline: "bowling",
  hand: "",
  camera: "side",
  height: "",
  age: "",
  style: "",
  slow: "no",
  rate: "240",
  notes: "",
};

/** What belongs to the player and to nobody else. */
const PERSONAL = ["hand", "height", "age", "style"] as const;

/** The answers after the player has changed: those remembered of the new one, and none that were of another. */
export function withPlayer(
  answers: Answers,
  player: string,
  remembered: Partial<Answers>,
  wereRemembered: boolean,
): Answers {
  const isKnown = Object.keys(remembered).length > 0;
  const forgotten =
    isKnown || wereRemembered ? Object.fromEntries(PERSONAL.map((field) => [field, NO_ANSWERS[field]])) : {};
  return { ...answers, ...forgotten, ...remembered, player };
}

export function isPersonal(field: string): boolean {
  return PERSONAL.some((one) => one === field);
}

export type Field = keyof Answers;

const longest: Partial<Record<Field, number>> = { title: 200, player: 64, notes: 4000 };

/** The fields that the API would refuse. */
export function faultsOf(answers: Answers): Field[] {
  const faults: Field[] = [];
  if (!answers.title.trim()) faults.push("title");
  for (const field of ["title", "player", "notes"] as const) {
    if ([...answers[field].trim()].length > (longest[field] ?? 0) && !faults.includes(field)) faults.push(field);
  }
  if (isHeightWrong(answers.height)) faults.push("height");
  if (answers.slow === "yes" && !isWithin(answers.rate, 1, 1000)) faults.push("rate");
  return faults;
}

export function isHeightWrong(height: string): boolean {
  return height.trim() !== "" && !isWithin(height, 80, 230);
}

function isWithin(text: string, low: number, high: number): boolean {
  const value = Number(text.replace(",", "."));
  return text.trim() !== "" && value >= low && value <= high;
}

const numberOf = (text: string) => Number(text.replace(",", "."));

/** Whole centimetres; null where nothing is said. */
export function heightOf(height: string): number | null {
  return height.trim() === "" ? null : Math.round(numberOf(height));
}

/** What a session says of its player, as the fields show it. */
export function saidOf({
  height_cm,
  age_group,
  bowling_style,
}: Pick<SessionRecord, "height_cm" | "age_group" | "bowling_style">): Pick<Answers, "height" | "age" | "style"> {
  return {
    height: height_cm == null ? "" : String(height_cm),
    age: age_group ?? "",
    style: bowling_style ?? "",
  };
}

/** What is said of the player and the camera, as a session and an upload take it. */
export function film(answers: Answers) {
  const bowls = answers.discipline === "bowling";
  return {
    ...(answers.discipline && { discipline: answers.discipline }),
    ...(answers.hand && { handedness: answers.hand }),
    ...(answers.camera && { camera_view: answers.camera }),
    ...(answers.height.trim() && { height_cm: heightOf(answers.height) }),
    ...(answers.age && { age_group: answers.age }),
    ...(bowls && answers.style && { bowling_style: answers.style }),
  };
}

export function sessionOf(answers: Answers): CreateSession {
  const player = answers.player.trim();
  return {
    title: answers.title.trim(),
    player_ids: player ? [player] : [],
    ...(answers.notes.trim() && { notes: answers.notes.trim() }),
    ...film(answers),
  };
}

/** The rate that a slowed film was shot at; nothing where it is not slowed, or nobody knows. */
export function captureOf(answers: Answers): { capture_fps?: number } {
  return answers.slow === "yes" ? { capture_fps: numberOf(answers.rate) } : {};
}

/** `27 Nov, Asha R.`: a title that the coach may change. */
export function proposedTitle(day: string, player: string): string {
  return [day, player.trim()].filter(Boolean).join(", ");
}
