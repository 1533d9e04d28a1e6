import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import { type Failure, failureFrom } from "../api/problem";
import type { ListedSession } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { Confirm } from "../ui/Confirm";
import { jobsOf } from "./SessionClips";

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
  const jobs = useLoaded(
    (signal) => jobsOf(session_id, signal),
    [session_id],
    (error) => {
      failure.value = error;
    },
  );
  const remove = async () => {
    isDeleting.value = true;
    failure.value = null;
    try {
      await repeated(() =>
        bodyOf(api.DELETE("/api/coaches/plus/sessions/{session_id}", { params: { path: { session_id } } })),
      );
      onDeleted();
    } catch (error) {
      isDeleting.value = false;
      const refused = failureFrom(error);
      // Somebody, or an earlier try whose answer was lost, has deleted it.
      if (refused.code === "not_found") onDeleted();
      else failure.value = refused;
    }
  };
  const refused = failure.value;
  return (
    <Confirm
      title={words.title(session.title)}
      yes={isDeleting.value ? words.deleting : t().common.delete}
      isBusy={isDeleting.value || !jobs.value}
      onYes={remove}
      onNo={onClose}
    >
      <p aria-live="polite">{jobs.value ? words.text(jobs.value.length) : words.counting}</p>
      {refused && <Alert>{refused.code === "conflict" ? words.running : t().failures[refused.code].title}</Alert>}
    </Confirm>
  );
}
