import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { follow } from "../api/events";
import { type Failure, failureFrom } from "../api/problem";
import { sessionOf } from "../api/session";
import type { JobProgress, JobView } from "../api/types";
import { useLoaded } from "../api/useLoaded";
import { date } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { FailureState } from "../ui/State";
import { uploads } from "../upload/queue";
import { UploadCard } from "../upload/UploadCard";
import { Stages } from "./Stages";
import { Unfinished } from "./Unfinished";

const ATTEMPTS = 3;
const BUSY_MS = 60_000;

/** A clip before its result: still on its way, or being analysed. Calls `onFinal` at the end. */
export function WaitingView({ job, onFinal }: { job: JobView; onFinal: () => void }) {
  const progress = useSignal<JobProgress>(job);
  const failure = useSignal<Failure | null>(null);
  const tries = useSignal(0);
  const head = useHead(job.session_id);
  useEffect(() => {
    const leaving = new AbortController();
    const seen = (now: JobProgress) => {
      if (now.final) onFinal();
      else progress.value = now;
    };
    follow(job.job_id, seen, leaving.signal).catch((error) => {
      if (!leaving.signal.aborted) failure.value = failureFrom(error);
    });
    return () => leaving.abort();
  }, [job.job_id, tries.value]);

  if (failure.value) {
    const again = () => {
      failure.value = null;
      tries.value++;
    };
    return (
      <Shell {...head}>
        <FailureState failure={failure.value} onAgain={again} />
      </Shell>
    );
  }
  if (progress.value.status !== "queued") {
    return (
      <Shell {...head}>
        <Running progress={progress.value} />
      </Shell>
    );
  }
  const sending = uploads.value.find((upload) => upload.job === job.job_id);
  return (
    <Shell {...head}>
      <div class="waiting">{sending ? <UploadCard upload={sending} /> : <Unfinished job={job} />}</div>
    </Shell>
  );
}

function Running({ progress }: { progress: JobProgress }) {
  const words = t().waiting;
  const isBusy = useLasting(progress.stage === "waiting", BUSY_MS);
  const isAgain = progress.status === "failed" || (progress.stage === "waiting" && progress.attempts > 0);
  const attempt = Math.min(ATTEMPTS, progress.status === "failed" ? progress.attempts + 1 : progress.attempts);
  const said = isAgain
    ? words.tryingAgain(attempt, ATTEMPTS)
    : progress.stage && words.said(t().stages[progress.stage]);
  return (
    <section class="card waiting">
      <div class="waiting-head">
        <h2>
          <span role="status">{said}</span>
        </h2>
        <b class="waiting-percent">{words.percent(progress.progress)}</b>
      </div>
      <progress max={100} value={progress.progress} aria-label={words.progress} />
      <Stages progress={progress} />
      {isBusy && (
        <p role="status">
          <b>{words.busy}</b>
        </p>
      )}
      <p>{words.close}</p>
      <div class="state-actions">
        <a class="button primary" href={to.newClip()}>
          <Icon name="plus" /> {words.next}
        </a>
        <a class="button" href={to.clips()}>
          {t().common.back}
        </a>
      </div>
    </section>
  );
}

/** Whether `holds` has been true for `ms`. */
function useLasting(holds: boolean, ms: number): boolean {
  const lasts = useSignal(false);
  useEffect(() => {
    lasts.value = false;
    if (!holds) return;
    const timer = setTimeout(() => {
      lasts.value = true;
    }, ms);
    return () => clearTimeout(timer);
  }, [holds, ms]);
  return holds && lasts.value;
}

/** The head of a clip's view: its session, as soon as it is read. The view lives without. */
export function useHead(session_id: string) {
  const { found } = useLoaded((signal) => sessionOf(session_id, signal), [session_id]);
  return {
    title: found?.title ?? t().clip.title,
    below: found && [...found.player_ids, date(found.created_at)].join(" · "),
  };
}
