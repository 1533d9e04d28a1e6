import type { ContentType } from "../api/schema";
import { type Answers, NO_ANSWERS } from "./answers";
import type { State } from "./machine";
import type { FileInfo } from "./slices";

/** What an upload needs to go on after a reload. Addresses of the store are credentials and are not kept. */
export interface Stored {
  id: string;
  /** Clips that were sent together share it, and so their session. */
  batch: string;
  /** The session that the clip is added to; `null` for one of its own. */
  session: string | null;
  at: number;
  file: FileInfo;
  contentType: ContentType;
  answers: Answers;
  state: State;
}

// Names and ages of players: like the token, they go with the tab.
const UPLOADS = "cricksy.uploads";
const PLAYERS = "cricksy.players";
/** An upload that is not completed fails after a day. */
const KEPT_MS = 24 * 3600 * 1000;
const MOST_PLAYERS = 60;

/** Random and printable. `crypto.randomUUID` is missing on pages that come without TLS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function storedUploads(): Stored[] {
  const found = read(UPLOADS);
  const now = Date.now();
  return Array.isArray(found) ? found.filter(isStored).filter(({ at }) => now - at < KEPT_MS) : [];
}

export function storeUpload(upload: Stored): void {
  write(UPLOADS, [...storedUploads().filter(({ id }) => id !== upload.id), upload]);
}

export function forgetUpload(id: string): void {
  write(
    UPLOADS,
    storedUploads().filter((upload) => upload.id !== id),
  );
}

/** What was said of a player last time: all but the title and the notes, which belong to one clip. */
export function rememberedAnswers(player: string): Partial<Answers> {
  const found = read(PLAYERS);
  const answers = isRecord(found) ? found[player.trim()] : undefined;
  if (!isRecord(answers)) return {};
  const words = Object.entries(answers).filter(([name, value]) => name in NO_ANSWERS && typeof value === "string");
  return Object.fromEntries(words);
}

export function lastPlayer(): string {
  const found = read(PLAYERS);
  return (isRecord(found) ? Object.keys(found).at(-1) : undefined) ?? "";
}

export function remember({ title: _, notes: __, ...answers }: Answers): void {
  const player = answers.player.trim();
  if (!player) return;
  const found = read(PLAYERS);
  const others = isRecord(found) ? Object.entries(found).filter(([name]) => name !== player) : [];
  write(PLAYERS, Object.fromEntries([...others.slice(1 - MOST_PLAYERS), [player, answers]]));
}

/** Forgets all that this tab knows of players and uploads. */
export function forgetAll(): void {
  sessionStorage.removeItem(UPLOADS);
  sessionStorage.removeItem(PLAYERS);
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store: the upload goes on, but does not outlive a reload.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStored(value: unknown): value is Stored {
  return (
    isRecord(value) &&
    ["id", "batch", "contentType"].every((name) => typeof value[name] === "string") &&
    typeof value.at === "number" &&
    ["file", "answers", "state"].every((name) => isRecord(value[name]))
  );
}
