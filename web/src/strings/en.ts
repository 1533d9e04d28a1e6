import type { FailureCode } from "../api/problem";
import type { ErrorCode, Stage } from "../api/schema";
import { failed, list, waiting } from "./clips";
import { upload } from "./upload";

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

/** Why a job failed. `again`: whether the same clip may succeed in another try. */
const jobErrors: Record<ErrorCode, Words & { again: boolean }> = {
  upload_expired: {
    title: "The clip never arrived",
    todo: "Its upload was not finished within a day. Send it again from your device.",
    again: false,
  },
  upload_changed: {
    title: "The clip was replaced after it arrived",
    todo: "What is in the store is not what was sent. Send the clip again.",
    again: false,
  },
  video_unavailable: {
    title: "The clip cannot be read from the store",
    todo: "Try again in a few minutes. If it stays, send the clip again.",
    again: true,
  },
  video_rejected: {
    title: "This file cannot be analysed",
    todo: "It is no readable video, or too long or too large. Trim it to the action or choose another clip.",
    again: false,
  },
  storage_unavailable: { title: "The video store did not answer", todo: "Try again in a few minutes.", again: true },
  no_space: { title: "The server ran out of space", todo: "Try again in a few minutes.", again: true },
  model_missing: { title: "The server is not set up right", todo: "Tell your operator, then try again.", again: true },
  database_lost: { title: "The server lost its database", todo: "Try again in a few minutes.", again: true },
  child_died: {
    title: "The analysis broke off",
    todo: "Try again. If it breaks off once more, send a shorter clip.",
    again: true,
  },
  deadline_passed: {
    title: "The analysis took too long",
    todo: "Trim the clip to the action and send it again.",
    again: true,
  },
  memory_cap_hit: {
    title: "The clip is too large to analyse",
    todo: "Film in 1080p, or trim it to the action.",
    again: true,
  },
  attempts_spent: {
    title: "The analysis broke off three times",
    todo: "Send a shorter clip, or film it again.",
    again: true,
  },
  processing_expired: {
    title: "The analysis never came back",
    todo: "It was given up. Try again; the clip is still there.",
    again: true,
  },
  internal_error: {
    title: "Something broke on our side",
    todo: "Try again. If it stays, quote the number below.",
    again: true,
  },
};

const stages: Record<Stage, string> = {
  waiting: "Waiting for a free worker",
  downloading: "Fetching the clip",
  extracting_pose: "Reading the body",
  computing_metrics: "Working out the numbers",
  generating_findings: "Looking for what stands out",
  generating_report: "Writing the report",
  persisting: "Saving",
};

/** Every word of the page. The server's own sentences are English. */
export const en = {
  product: "Cricksy Coach Plus",
  failures,
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
  upload,
  waiting,
  failed,
  list,
  nowhere: { title: "There is no such page", todo: "The address may be mistyped." },
  crashed: { title: "The page broke", todo: "Reload it. Your clips are safe on the server." },
};
