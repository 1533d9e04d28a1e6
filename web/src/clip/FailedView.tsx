import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import { type Failure, failureFrom } from "../api/problem";
import type { ErrorCode, JobView } from "../api/types";
import { goLater, to } from "../routes";
import { t } from "../strings/text";
import { FailureAlert } from "../ui/Alert";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { State } from "../ui/State";
import { randomId } from "../upload/store";
import { DeleteClip } from "./DeleteClip";
import { useHead } from "./WaitingView";

/** The same clip fails with these in every try. */
const LASTING: readonly ErrorCode[] = ["upload_expired", "upload_changed", "video_rejected"];

/** A clip that will have no result: why, and what to do. */
export function FailedView({ job }: { job: JobView }) {
  const failure = useSignal<Failure | null>(null);
  const isTrying = useSignal(false);
  const key = useSignal(randomId());
  const head = useHead(job.session_id);
  const words = t().failed;
  const code = job.error_code ?? "internal_error";
  const why = t().jobErrors[code];
  const mayWork = !LASTING.includes(code);
  const retry = async () => {
    const goOn = goLater();
    isTrying.value = true;
    failure.value = null;
    const ask = () =>
      bodyOf(
        api.POST("/api/coaches/plus/analysis-jobs/{job_id}/retry", {
          params: { path: { job_id: job.job_id } },
          headers: { "Idempotency-Key": key.value },
        }),
      );
    try {
      goOn(to.clip((await repeated(ask)).job_id));
    } catch (error) {
      failure.value = failureFrom(error);
    }
    isTrying.value = false;
  };
  return (
    <Shell {...head}>
      <State icon={mayWork ? "medium" : "high"} title={why.title} todo={why.todo} tone={mayWork ? "medium" : "high"}>
        {job.error_message && (
          <p class="small failed-detail">
            <b>{words.detail}</b>
            <br />
            {job.error_message}
          </p>
        )}
        <FailureAlert failure={failure.value} />
        {mayWork && (
          <button type="button" class="button primary" disabled={isTrying.value} onClick={retry}>
            <Icon name="retry" /> {t().common.again}
          </button>
        )}
        <a class={mayWork ? "button" : "button primary"} href={to.newClip(job.session_id)}>
          <Icon name="plus" /> {words.send}
        </a>
        <DeleteClip job={job.job_id} />
        <p class="small">{t().common.requestId(job.job_id)}</p>
      </State>
    </Shell>
  );
}
