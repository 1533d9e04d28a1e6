import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { Failure } from "../api/problem";
import { t } from "../strings/text";
import { Shell } from "../ui/Shell";
import { FailureState } from "../ui/State";
import { FailedView } from "./FailedView";
import { ResultView } from "./ResultView";
import { type Read, readClip } from "./read";
import { WaitingView } from "./WaitingView";

type Shown = { is: "loading" } | { is: "held"; failure: Failure } | { is: "failure"; failure: Failure } | Read;

/** One address for the whole life of a clip: waiting, failed or its result. A reload resumes. */
export function ClipView({ job }: { job: string }) {
  const shown = useSignal<Shown>({ is: "loading" });
  const tries = useSignal(0);
  useEffect(() => {
    const leaving = new AbortController();
    const held = (failure: Failure) => {
      shown.value = { is: "held", failure };
    };
    readClip(job, leaving.signal, held).then(
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
  if (now.is === "held" || now.is === "failure") {
    return (
      <Shell title={t().clip.title}>
        <FailureState failure={now.failure} {...(now.is === "failure" && { onAgain: again })} />
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
