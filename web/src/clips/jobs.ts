import { api, bodyOf, itemsOf } from "../api/client";
import type { JobRecord } from "../api/schema";

/** All jobs of a session, newest first. */
export function jobsOf(session_id: string, signal: AbortSignal): Promise<JobRecord[]> {
  return read({ session_id }, signal);
}

/** The jobs of all sessions, newest first, at least as far back as `since`. */
export function jobsSince(since: string, signal: AbortSignal): Promise<JobRecord[]> {
  return read({}, signal, (jobs) => Date.parse(jobs.at(-1)?.created_at ?? since) < Date.parse(since));
}

function read(of: { session_id?: string }, signal: AbortSignal, isEnough?: (jobs: readonly JobRecord[]) => boolean) {
  return itemsOf(
    (page) => bodyOf(api.GET("/api/coaches/plus/analysis-jobs", { params: { query: { ...of, ...page } }, signal })),
    signal,
    isEnough,
  );
}
