import { useSignal } from "@preact/signals";

import { answerOf, api, bodyOf, repeated } from "../api/client";
import { type Failure, failureFrom } from "../api/problem";
import type { ListedSession, SessionRecord } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { t } from "../strings/text";
import { Alert, FailureAlert } from "../ui/Alert";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/TextField";
import { isHeightWrong } from "../upload/answers";
import { HeightAndAge, Style } from "../upload/PlayerFields";
import { changesOf, type Form, formOf } from "./edits";
import { namesOf } from "./names";

interface EditSessionProps {
  session: ListedSession;
  onClose: () => void;
  onSaved: (session: SessionRecord) => void;
}

/** Changes the title of a session and what it says of its players, unless somebody else did meanwhile. */
export function EditSession({ session, onClose, onSaved }: EditSessionProps) {
  const typed = useSignal<Partial<Form>>({});
  const refused = useSignal<Failure | null>(null);
  const isSaving = useSignal(false);
  const params = { path: { session_id: session.session_id } };
  const words = t().list.editing;
  // What the API has now; its ETag goes with the change.
  const newest = useLoaded((signal) =>
    repeated(() => answerOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params, signal })), signal),
  );
  const etag = newest.found?.etag;
  const form = formOf(newest.found?.body ?? session, typed.value);
  const { title, players } = form;
  const change = (part: Partial<Form>) => {
    typed.value = { ...typed.value, ...part };
  };
  const names = namesOf(players);
  const isTitleWrong = title.trim() === "" || [...title.trim()].length > 200;
  const isNameWrong = names.length > 50 || names.some((name) => [...name].length > 64);
  const isHeightBad = isHeightWrong(form.height);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isTitleWrong || isNameWrong || isHeightBad || !etag) return;
    isSaving.value = true;
    refused.value = null;
    try {
      const call = api.PATCH("/api/coaches/plus/sessions/{session_id}", {
        params,
        headers: { "If-Match": etag },
        body: changesOf(form),
      });
      onSaved(await bodyOf(call));
    } catch (error) {
      isSaving.value = false;
      refused.value = failureFrom(error);
      if (refused.value.code === "precondition_failed") newest.again();
    }
  };
  const failure = refused.value ?? newest.failure;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form class="form" noValidate onSubmit={save}>
        <TextField
          label={words.field}
          fault={isTitleWrong ? words.faults.title : undefined}
          value={title}
          onChange={(title) => change({ title })}
        />
        <TextField
          label={words.players}
          hint={words.playersHint}
          fault={isNameWrong ? words.faults.players : undefined}
          value={players}
          onChange={(players) => change({ players })}
        />
        {(session.discipline ?? "bowling") === "bowling" && <Style answers={form} onChange={change} />}
        <HeightAndAge answers={form} isWrong={isHeightBad} onChange={change} />
        <p class="small">{words.later}</p>
        {failure?.code === "precondition_failed" ? (
          <Alert>{words.overtaken}</Alert>
        ) : (
          <FailureAlert failure={failure} />
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t().common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={isSaving.value || !etag}>
            {isSaving.value ? words.saving : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
