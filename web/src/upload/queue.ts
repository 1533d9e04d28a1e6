import { signal } from "@preact/signals";

import { api, bodyOf } from "../api/client";
import { removeJob, removeSession } from "../api/remove";
import type { ContentType } from "../api/schema";
import { type Answers, NO_ANSWERS } from "./answers";
import { isWork, restored, START, type State } from "./machine";
import { Upload } from "./runner";
import { isSame } from "./slices";
import { forgetUpload, randomId, remember, type Stored, storedUploads } from "./store";

/** The clips that this tab sends, in order; they outlive a change of view. */
export const uploads = signal<readonly Upload[]>([]);

/** A checked clip, ready to send. */
export interface Chosen {
  file: File;
  contentType: ContentType;
}

/** Sends clips one after another, all into one session: a new one unless `session` is given. */
export function sendAll(chosen: readonly Chosen[], answers: Answers, session: string | null): void {
  const batch = randomId();
  const added = chosen.map(({ file, contentType }) => {
    const { name, size, lastModified } = file;
    const kept: Stored = {
      ...{ id: randomId(), batch, session, at: Date.now(), contentType, answers, state: START },
      file: { name, size, lastModified },
    };
    return new Upload(kept, file, changed);
  });
  remember(answers);
  uploads.value = [...uploads.value, ...added];
  changed();
}

/** Goes on with an unfinished job, of this tab or of another day. */
export function goOn(
  job: string,
  session: string,
  file: File,
  contentType: ContentType,
  partSize: number | null,
): Upload {
  const { name, size, lastModified } = file;
  const before = unfinished(job);
  const kept: Stored = before ?? {
    ...{ id: randomId(), batch: randomId(), session, at: Date.now(), contentType },
    file: { name, size, lastModified },
    // What the session says of player and camera holds.
    answers: { ...NO_ANSWERS, discipline: "", camera: "" },
    state: { ...START, is: "lost", target: { session, job, partSize } },
  };
  const upload = new Upload({ ...kept, state: restored(kept.state) }, file, changed);
  uploads.value = [...uploads.value.filter((other) => other.job !== job), upload];
  if (upload.state.value.is === "lost") upload.send({ type: "chosen" });
  else upload.enter();
  return upload;
}

/** What this tab knows of the upload of a job. */
export function unfinished(job: string): Stored | null {
  return storedUploads().find(({ state }) => state.target?.job === job) ?? null;
}

/** The file was chosen again: `false` for another one. */
export function giveFile(upload: Upload, file: File): boolean {
  if (!isSame(file, upload.kept.file)) return false;
  upload.file = file;
  upload.send({ type: "chosen" });
  return true;
}

/** Stops an upload and deletes its job, and a session that was made for it alone. Throws `Failure`. */
export async function cancel(upload: Upload): Promise<void> {
  const known = upload.state.peek().target;
  const { batch, session: added } = upload.kept;
  upload.send({ type: "cancel" });
  dismiss(upload);
  // Where the API refused to make one there is none to delete.
  const target = known ?? (await upload.making?.catch(() => null));
  if (!target) return;
  await removeJob(target.job);
  if (added !== null || uploads.value.some(({ kept }) => kept.batch === batch)) return;
  const query = { session_id: target.session, limit: 1 };
  const { items } = await bodyOf(api.GET("/api/coaches/plus/analysis-jobs", { params: { query } }));
  if (items.length === 0) await removeSession(target.session);
}

/** Takes a card away; what it stands for goes on. */
export function dismiss(upload: Upload): void {
  forgetUpload(upload.kept.id);
  uploads.value = uploads.value.filter((other) => other !== upload);
  changed();
}

function changed(): void {
  const states = uploads.value.map(({ state }) => state.peek().is);
  if (!states.some(isUnderWay))
    uploads.value.find(({ state }) => state.peek().is === "checked")?.send({ type: "send" });
}

function isUnderWay(is: State["is"]): boolean {
  return isWork(is) || is === "delayed" || is === "offline";
}

/** Whether closing the tab would break something off. */
function isSending(): boolean {
  return uploads.value.some(({ state }) => isUnderWay(state.peek().is) || state.peek().is === "checked");
}

/** Brings back what was under way before a reload. */
export function restoreUploads(): void {
  uploads.value = storedUploads().map((kept) => new Upload({ ...kept, state: restored(kept.state) }, null, changed));
  for (const upload of uploads.value) upload.enter();
  addEventListener("online", () => {
    for (const upload of uploads.value) upload.send({ type: "online" });
  });
  addEventListener("offline", () => {
    for (const upload of uploads.value) upload.send({ type: "offline" });
  });
  addEventListener("beforeunload", (event) => {
    if (isSending()) event.preventDefault();
  });
}
