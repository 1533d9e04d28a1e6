import type { ListedSession } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { dateAndTime } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { FailureAlert } from "../ui/Alert";
import { jobsOf } from "./jobs";
import { numbered, type SessionClip } from "./numbered";
import { PickBox, type Picks } from "./PickBox";
import { Thumb } from "./Thumb";

const ICONS = { completed: "camera", failed: "medium", queued: "upload", processing: "clock" } as const;

/** All clips of a session. */
export function SessionClips({ session, picks }: { session: ListedSession; picks: Picks }) {
  const { session_id, job, title } = session;
  const { found, failure } = useLoaded((signal) => jobsOf(session_id, signal), [session_id, job?.job_id, job?.status]);
  if (failure) return <FailureAlert failure={failure} />;
  if (!found) return <p class="small">{t().list.loading}</p>;
  return <ClipPictures title={title} clips={numbered(found)} address={to.clip} picks={picks} />;
}

interface ClipPicturesProps {
  /** Of their session. */
  title: string;
  clips: readonly SessionClip[];
  address: (job_id: string) => string;
  picks?: Picks;
}

/** Clips as pictures, in the order they were filmed. */
export function ClipPictures({ title, clips, address, picks }: ClipPicturesProps) {
  const words = t().list;
  return (
    <ul class="session-clips" aria-label={words.clipsOf}>
      {clips.map(({ job, number }) => (
        <li key={job.job_id}>
          <a href={address(job.job_id)}>
            <Thumb job={job.status === "completed" ? job.job_id : null} icon={ICONS[job.status]} />
            <span>
              <span class="visually-hidden">{title}: </span>
              {words.clip(number)}
            </span>
            <small>
              {dateAndTime(job.created_at)}
              {job.status === "queued" && ` · ${words.queued}`}
              {job.status === "failed" && ` · ${words.failed}`}
              {job.retry_of && ` · ${words.retried}`}
            </small>
          </a>
          {picks && job.status === "completed" && (
            <PickBox picks={picks} of={job} title={`${title}, ${words.clip(number)}`} />
          )}
        </li>
      ))}
    </ul>
  );
}
