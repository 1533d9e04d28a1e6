import { answerOf, api, repeated } from "../api/client";
import type { Failure } from "../api/problem";
import { sessionOf } from "../api/session";
import { stillsOf } from "../api/stills";
import type { JobView, StillsView } from "../api/types";
import { type Analysed, anchorOf, Clip, nearest, stepsOf } from "./model";
import { Strip } from "./strip";

/** A job as it is, or, once it has results, the clip with all that its view shows. */
export type Read = { is: "job"; job: JobView } | { is: "clip"; clip: Clip };

/** Reads a job and what belongs to it, until the view is left; `held` learns what keeps it waiting. Throws `Failure`. */
export async function readClip(
  job_id: string,
  leaving: AbortSignal,
  held: (failure: Failure) => void = () => {},
): Promise<Read> {
  const params = { path: { job_id } };
  const { body: job, etag } = await repeated(
    () => answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", { params, signal: leaving })),
    leaving,
    held,
  );
  if (!isAnalysed(job)) return { is: "job", job };
  // Together, because on a slow network each answer that waits for another one is felt. A job without results has no
  // images to ask for.
  const [session, { stills, strip }] = await Promise.all([
    sessionOf(job.session_id, leaving, held),
    repeated(() => stillsOf(job_id, leaving), leaving, held).then((stills) => ({
      stills,
      strip: openStrip(job, stills, leaving),
    })),
  ]);
  return { is: "clip", clip: new Clip(job, etag, session, stills, strip) };
}

function isAnalysed(job: JobView): job is Analysed {
  return job.results !== null;
}

/** Begins to load the images, from the frame that is shown first and the other events outwards. */
function openStrip(job: Analysed, stills: StillsView | null, leaving: AbortSignal): Strip | null {
  if (!stills?.items.length) return null;
  // A decoded image takes 2 MB.
  const strip = new Strip(stills, (signal) => stillsOf(job.job_id, signal), innerWidth < 720 ? 24 : 48);
  leaving.addEventListener("abort", () => strip.close(), { once: true });
  const steps = stepsOf(job.results.pose.frames, stills);
  const { events } = job.results.pose.pose_summary;
  const anchor = anchorOf(events);
  const first = [...(anchor ? [anchor] : []), ...events].map(({ frame }) =>
    nearest(steps, frame, (step) => step.frame),
  );
  void strip.load(steps, first.length ? first : [0]);
  return strip;
}
