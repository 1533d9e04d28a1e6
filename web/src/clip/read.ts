import { answerOf, api, bodyOf, repeated } from "../api/client";
import type { Failure } from "../api/problem";
import { stillsOf } from "../api/stills";
import type { JobView } from "../api/types";
import { type Analysed, Clip } from "./model";

/** A job as it is, or, once it has results, the clip with all that its view shows. */
export type Read = { is: "job"; job: JobView } | { is: "clip"; clip: Clip };

/** Reads a job and what belongs to it; `held` learns what keeps it waiting. Throws `Failure`. */
export async function readClip(
  job_id: string,
  signal: AbortSignal,
  held: (failure: Failure) => void = () => {},
): Promise<Read> {
  const { body: job, etag } = await repeated(
    () => answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params: { path: { job_id } }, signal })),
    signal,
    held,
  );
  if (!isAnalysed(job)) return { is: "job", job };
  const path = { session_id: job.session_id };
  const [session, stills] = await Promise.all([
    repeated(
      () => bodyOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params: { path }, signal })),
      signal,
      held,
    ),
    repeated(() => stillsOf(job_id, signal), signal, held),
  ]);
  return { is: "clip", clip: new Clip(job, etag, session, stills) };
}

function isAnalysed(job: JobView): job is Analysed {
  return job.results !== null;
}
