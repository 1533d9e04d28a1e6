import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { answerOf, api, bodyOf, repeated } from "../api/client";
import type { Failure } from "../api/problem";
import { stillsOf } from "../api/stills";
import type { JobView } from "../api/types";
import { t } from "../strings/text";
import { Shell } from "../ui/Shell";
import { FailureState } from "../ui/State";
import { FailedView } from "./FailedView";
import { type Analysed, Clip } from "./model";
import { ResultView } from "./ResultView";
import { WaitingView } from "./WaitingView";

type Shown =
  | { is: "loading" }
  | { is: "failure"; failure: Failure }
  | { is: "job"; job: JobView }
  | { is: "clip"; clip: Clip };

/** One address for the whole life of a clip: waiting, failed or its result. A reload resumes. */
export function ClipView({ job }: { job: string }) {
  const shown = useSignal<Shown>({ is: "loading" });
  const tries = useSignal(0);
  useEffect(() => {
    const leaving = new AbortController();
    read(job, leaving.signal).then(
      (found) => {
        shown.value = found;
      },
      (error) => {
        if (!leaving.signal.aborted) shown.value = { is: "failure", failure: error as Failure };
      },
    );
    return () => leaving.abort();
  }, [job, tries.value]);
  const again = () => {
    shown.value = { is: "loading" };
    tries.value++;
  };

  const now = shown.value;
  if (now.is === "clip") return <ResultView clip={now.clip} />;
  if (now.is === "failure") {
    return (
      <Shell title={t().clip.title}>
        <FailureState failure={now.failure} onAgain={again} />
      </Shell>
    );
  }
  if (now.is === "loading") {
    return (
      <Shell title={t().clip.title}>
        <div class="stage-placeholder" aria-busy="true" />
      </Shell>
    );
  }
  return now.job.final ? <FailedView job={now.job} /> : <WaitingView job={now.job} onFinal={again} />;
}

async function read(job_id: string, signal: AbortSignal): Promise<Shown> {
  const path = { job_id };
  const of = (path: { job_id: string }) => ({ params: { path }, signal });
  const { body: job, etag } = await repeated(
    () => answerOf(api.GET("/api/coaches/plus/analysis-jobs/{job_id}", of(path))),
    signal,
  );
  if (!isAnalysed(job)) return { is: "job", job };
  const session_id = job.session_id;
  const [session, stills] = await Promise.all([
    repeated(
      () => bodyOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params: { path: { session_id } }, signal })),
      signal,
    ),
    repeated(() => stillsOf(job_id, signal), signal),
  ]);
  return { is: "clip", clip: new Clip(job, etag, session, stills) };
}

function isAnalysed(job: JobView): job is Analysed {
  return job.results !== null;
}
