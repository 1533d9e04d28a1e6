import { useLoaded } from "../api/useLoaded";
import { t } from "../strings/text";
import { Shell } from "../ui/Shell";
import { Pending } from "../ui/State";
import { FailedView } from "./FailedView";
import { ResultView } from "./ResultView";
import { readClip } from "./read";
import { WaitingView } from "./WaitingView";

/** One address for the whole life of a clip: waiting, failed or its result. A reload resumes. */
export function ClipView({ job }: { job: string }) {
  const clip = useLoaded((leaving, held) => readClip(job, leaving, held), [job]);
  const { found, again } = clip;
  if (!found) {
    return (
      <Shell title={t().clip.title}>
        <Pending of={clip} />
      </Shell>
    );
  }
  if (found.is === "clip") return <ResultView clip={found.clip} />;
  return found.job.final ? <FailedView job={found.job} /> : <WaitingView job={found.job} onFinal={again} />;
}
