import { answerOf, api, bodyOf, repeated } from "../api/client";
import { stillsOf } from "../api/stills";
import type { JobView } from "../api/types";
import { type Analysed, Clip } from "./model";

/** A job as it is, or, once it has results, the clip with all that its view shows. */
export type Read = { is: "job"; job: JobView } | { is: "clip"; clip: Clip };

/** Reads a job and what belongs to it. Throws `Failure`. */
export async function readClip(job_id: string, signal: AbortSignal): Promise<Read> {
  const { body: job, etag } = await repeated(
    () => answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params: { path: { job_id } }, signal })),
    signal,
  );
  if (!isAnalysed(job)) return { is: "job", job };
  const path = { session_id: job.session_id };
  const [session, stills] = await Promise.all([
    repeated(() => bodyOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params: { path }, signal })), signal),
    repeated(() => stillsOf(job_id, signal), signal),
  ]);
  return { is: "clip", clip: new Clip(job, etag, session, stills) };
}

function isAnalysed(job: JobView): job is Analysed {
  return job.results !== null;
}
