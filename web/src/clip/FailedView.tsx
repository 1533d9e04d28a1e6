import type { JobView } from "../api/types";
import { Shell } from "../ui/Shell";

export function FailedView({ job }: { job: JobView }) {
  return <Shell title="Failed">{job.error_message}</Shell>;
}
