import { useSignal } from "@preact/signals";

import { type Failure, failureFrom } from "../api/problem";
import { removeSession } from "../api/remove";
import type { ListedSession } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { Confirm } from "../ui/Confirm";
import { jobsOf } from "./jobs";

interface DeleteSessionProps {
  session: ListedSession;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a session goes, and says what goes with it. */
export function DeleteSession({ session, onClose, onDeleted }: DeleteSessionProps) {
  const failure = useSignal<Failure | null>(null);
  const isDeleting = useSignal(false);
  const words = t().list.deletion;
  const { session_id } = session;
  const jobs = useLoaded((signal) => jobsOf(session_id, signal));
  const remove = async () => {
    isDeleting.value = true;
    failure.value = null;
    try {
      await removeSession(session_id);
      onDeleted();
    } catch (error) {
      isDeleting.value = false;
      failure.value = failureFrom(error);
    }
  };
  const refused = failure.value ?? jobs.failure;
  return (
    <Confirm
      title={words.title(session.title)}
      yes={isDeleting.value ? words.deleting : t().common.delete}
      isBusy={isDeleting.value || !jobs.found}
      onYes={remove}
      onNo={onClose}
    >
      <p aria-live="polite">{jobs.found ? words.text(jobs.found.length) : words.counting}</p>
      {refused && <Alert>{refused.code === "conflict" ? words.running : t().failures[refused.code].title}</Alert>}
    </Confirm>
  );
}
