import type { JobRecord } from "../api/schema";

/** A job with its place in its session, from 1, which is its name. */
export interface SessionClip {
  job: JobRecord;
  number: number;
}

/** The clips of a session, of which `jobs` are all, newest first, in the order they were filmed. */
export function numbered(jobs: readonly JobRecord[]): SessionClip[] {
  return jobs.toReversed().map((job, index) => ({ job, number: index + 1 }));
}

/** Those of a session that the clip `left` can be compared with; `jobs` are those of any session, newest first. */
export function comparable(jobs: readonly JobRecord[], session_id: string, left: string): SessionClip[] {
  return numbered(jobs.filter((job) => job.session_id === session_id)).filter(
    ({ job }) => job.status === "completed" && job.job_id !== left,
  );
}
