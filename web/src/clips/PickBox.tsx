import { t } from "../strings/text";

/** The clips that are chosen to be compared, and the choice of one. */
export interface Picks {
  has: (job_id: string) => boolean;
  toggle: (job_id: string, session_id: string) => void;
}

interface PickBoxProps {
  picks: Picks;
  of: { job_id: string; session_id: string };
  title: string;
}

/** Chooses a clip to be compared. */
export function PickBox({ picks, of: { job_id, session_id }, title }: PickBoxProps) {
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={picks.has(job_id)}
        onChange={() => picks.toggle(job_id, session_id)}
        aria-label={t().list.pick(title)}
      />
      <span aria-hidden="true">{t().compare.title}</span>
    </label>
  );
}
