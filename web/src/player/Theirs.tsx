import { useSignal } from "@preact/signals";

import { exportOf } from "../api/export";
import { type Failure, failureFrom } from "../api/problem";
import { removePlayer } from "../api/remove";
import { goLater, to } from "../routes";
import { download, fileName } from "../save/files";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { Confirm } from "../ui/Confirm";
import { Icon } from "../ui/Icon";
import { toastFailure } from "../ui/Toast";
import { w } from "./words";

/** What is stored of a player: a copy of it, and its end. */
export function Theirs({ player }: { player: string }) {
  const words = w().theirs;
  const isSaving = useSignal(false);
  const isAsking = useSignal(false);
  const save = async () => {
    isSaving.value = true;
    try {
      download(fileName(player, "", "ndjson"), await exportOf(player));
    } catch (error) {
      toastFailure(error);
    }
    isSaving.value = false;
  };
  return (
    <section class="theirs" aria-labelledby="theirs">
      <h2 id="theirs">{words.title}</h2>
      <p class="lead">{words.lead}</p>
      <p>
        <button type="button" class="button" disabled={isSaving.value} onClick={save}>
          <Icon name="save" /> {isSaving.value ? words.saving : words.save}
        </button>{" "}
        <button
          type="button"
          class="button danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          <Icon name="trash" /> {words.remove}
        </button>
      </p>
      {isAsking.value && (
        <DeletePlayer
          player={player}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </section>
  );
}

function DeletePlayer({ player, onClose }: { player: string; onClose: () => void }) {
  const words = w().theirs;
  const isDeleting = useSignal(false);
  const failure = useSignal<Failure | null>(null);
  const remove = async () => {
    const goOn = goLater();
    isDeleting.value = true;
    failure.value = null;
    try {
      await removePlayer(player);
      goOn(to.clips());
    } catch (error) {
      isDeleting.value = false;
      failure.value = failureFrom(error);
    }
  };
  const { code } = failure.value ?? {};
  return (
    <Confirm
      title={words.ask(player)}
      yes={isDeleting.value ? t().list.deletion.deleting : t().common.delete}
      isBusy={isDeleting.value}
      onYes={remove}
      onNo={onClose}
    >
      <p>{words.text}</p>
      {code && <Alert>{code === "conflict" ? t().list.deletion.running : t().failures[code].title}</Alert>}
    </Confirm>
  );
}
