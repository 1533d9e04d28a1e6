import type { JobView } from "../api/types";
import { Shell } from "../ui/Shell";

export function WaitingView({ job }: { job: JobView; onFinal: () => void }) {
  return <Shell title="Waiting">{job.progress}</Shell>;
}
