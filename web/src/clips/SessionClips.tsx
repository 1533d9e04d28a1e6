import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import type { Failure } from "../api/problem";
import type { JobRecord, ListedSession } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { dateAndTime } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Thumb } from "./Thumb";

const ICONS = { completed: "camera", failed: "medium", queued: "upload", processing: "clock" } as const;

/** All jobs of a session, newest first. */
export async function jobsOf(session_id: string, signal: AbortSignal): Promise<JobRecord[]> {
  const jobs: JobRecord[] = [];
  let cursor: string | null = null;
  do {
    const query: { session_id: string; limit: number; cursor?: string } = { session_id, limit: 100 };
    if (cursor) query.cursor = cursor;
    const call = () => bodyOf(api.GET("/api/coaches/plus/analysis-jobs", { params: { query }, signal }));
    const page: { items: JobRecord[]; next_cursor: string | null } = await repeated(call, signal);
    jobs.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return jobs;
}

/** The clips of a session as pictures, in the order they were filmed. */
export function SessionClips({ session }: { session: ListedSession }) {
  const failure = useSignal<Failure | null>(null);
  const { session_id, job } = session;
  const jobs = useLoaded(
    (signal) => jobsOf(session_id, signal),
    [session_id, job?.job_id, job?.status],
    (error) => {
      failure.value = error;
    },
  );
  const words = t().list;
  if (failure.value) return <p class="field-error">{t().failures[failure.value.code].title}</p>;
  if (!jobs.value) return <p class="small">{t().list.loading}</p>;
  return (
    <ul class="session-clips" aria-label={words.clipsOf}>
      {jobs.value.toReversed().map((one, index) => (
        <li key={one.job_id}>
          <a href={to.clip(one.job_id)}>
            <Thumb job={one.status === "completed" ? one.job_id : null} icon={ICONS[one.status]} />
            <span>{words.clip(index + 1)}</span>
            <small>
              {dateAndTime(one.created_at)}
              {one.status === "queued" && ` · ${words.queued}`}
              {one.status === "failed" && ` · ${words.failed}`}
              {one.retry_of && ` · ${words.retried}`}
            </small>
          </a>
        </li>
      ))}
    </ul>
  );
}
