import { useSignal } from "@preact/signals";

import { to } from "../routes";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { Confirm } from "../ui/Confirm";
import { FileButton } from "../ui/FileButton";
import { Icon } from "../ui/Icon";
import { toastFailure } from "../ui/Toast";
import type { State } from "./machine";
import { cancel, dismiss, giveFile } from "./queue";
import type { Upload } from "./runner";

/** What can be done with an upload in its state. */
export function UploadActions({ upload, state }: { upload: Upload; state: State }) {
  const { card, cancel: words } = t().upload;
  const isAsking = useSignal(false);
  const isOther = useSignal(false);
  const isHeld = state.is === "paused" || state.is === "offline" || state.is === "delayed";
  const isOver = state.is === "watching";
  const stop = () => {
    isAsking.value = false;
    cancel(upload).catch(toastFailure);
  };
  return (
    <div class="upload-actions">
      {(state.is === "sending" || state.is === "initiating") && (
        <button type="button" class="button" onClick={() => upload.send({ type: "pause" })}>
          <Icon name="pause" /> {card.pause}
        </button>
      )}
      {isHeld && (
        <button type="button" class="button" onClick={() => upload.send({ type: "resume" })}>
          <Icon name={state.is === "paused" ? "play" : "retry"} /> {state.is === "paused" ? card.resume : card.now}
        </button>
      )}
      {state.is === "failed" && state.again !== null && (
        <button type="button" class="button primary" onClick={() => upload.send({ type: "again" })}>
          <Icon name="retry" /> {state.again === "fresh" ? card.sendAgain : t().common.again}
        </button>
      )}
      {state.is === "lost" && (
        <FileButton
          label={card.choose}
          icon="retry"
          isPrimary
          onFiles={([file]) => {
            if (file) isOther.value = !giveFile(upload, file);
          }}
        />
      )}
      {isOver && upload.job && (
        <a class={upload.progress.value?.final ? "button primary" : "button"} href={to.clip(upload.job)}>
          {upload.progress.value?.status === "completed" ? card.see : card.open}
        </a>
      )}
      {isOver ? (
        <button type="button" class="button quiet" onClick={() => dismiss(upload)}>
          {card.dismiss}
        </button>
      ) : (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            if (upload.job) isAsking.value = true;
            else stop();
          }}
        >
          {t().common.cancel}
        </button>
      )}
      {isOther.value && <Alert>{card.other}</Alert>}
      {isAsking.value && (
        <Confirm
          title={words.title}
          no={words.keep}
          yes={words.stop}
          onNo={() => {
            isAsking.value = false;
          }}
          onYes={stop}
        >
          <p>{words.text}</p>
        </Confirm>
      )}
    </div>
  );
}
