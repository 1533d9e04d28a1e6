import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { answerOf, api, bodyOf, repeated } from "../api/client";
import { type Failure, failureFrom } from "../api/problem";
import type { ListedSession, SessionRecord } from "../api/schema";
import { t } from "../strings/text";
import { FailureAlert } from "../ui/Alert";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/TextField";
import { namesOf } from "./names";

interface EditSessionProps {
  session: ListedSession;
  onClose: () => void;
  onSaved: (session: SessionRecord) => void;
}

/** Changes the title and the players of a session, unless somebody else did meanwhile. */
export function EditSession({ session, onClose, onSaved }: EditSessionProps) {
  const title = useSignal(session.title);
  const players = useSignal(session.player_ids.join(", "));
  const etag = useSignal<string | null>(null);
  const failure = useSignal<Failure | null>(null);
  const isSaving = useSignal(false);
  const path = { session_id: session.session_id };
  const words = t().list.editing;

  /** The form shows what the API has now; its ETag goes with the change. */
  const read = async (signal?: AbortSignal) => {
    const call = () =>
      answerOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params: { path }, ...(signal && { signal }) }));
    const answer = await repeated(call, signal);
    etag.value = answer.etag;
    title.value = answer.body.title;
    players.value = answer.body.player_ids.join(", ");
  };
  useEffect(() => {
    const leaving = new AbortController();
    read(leaving.signal).catch((error) => {
      if (!leaving.signal.aborted) failure.value = failureFrom(error);
    });
    return () => leaving.abort();
  }, []);

  const names = namesOf(players.value);
  const isTitleWrong = title.value.trim() === "" || [...title.value.trim()].length > 200;
  const isNameWrong = names.length > 50 || names.some((name) => [...name].length > 64);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isTitleWrong || isNameWrong || etag.value === null) return;
    isSaving.value = true;
    failure.value = null;
    try {
      const call = api.PATCH("/api/coaches/plus/sessions/{session_id}", {
        params: { path },
        headers: { "If-Match": etag.value },
        body: { title: title.value.trim(), player_ids: names },
      });
      onSaved(await bodyOf(call));
    } catch (error) {
      isSaving.value = false;
      const refused = failureFrom(error);
      failure.value = refused;
      if (refused.code === "precondition_failed") await read().catch(() => {});
    }
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form class="form" noValidate onSubmit={save}>
        <TextField
          label={words.field}
          fault={isTitleWrong ? words.faults.title : undefined}
          value={title.value}
          onChange={(value) => {
            title.value = value;
          }}
        />
        <TextField
          label={words.players}
          hint={words.playersHint}
          fault={isNameWrong ? words.faults.players : undefined}
          value={players.value}
          onChange={(value) => {
            players.value = value;
          }}
        />
        <FailureAlert failure={failure.value} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t().common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={isSaving.value || etag.value === null}>
            {isSaving.value ? words.saving : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
