import { useSignal } from "@preact/signals";

import { removeJob } from "../api/remove";
import { goLater, to } from "../routes";
import { t } from "../strings/text";
import { Confirm } from "../ui/Confirm";
import { Icon } from "../ui/Icon";
import { toastFailure } from "../ui/Toast";
import { unfinished } from "../upload/queue";
import { forgetUpload } from "../upload/store";

/** A button that deletes a job after its consequences were said. */
export function DeleteClip({ job }: { job: string }) {
  const isAsking = useSignal(false);
  const isDeleting = useSignal(false);
  const words = t().failed;
  const close = () => {
    isAsking.value = false;
  };
  const remove = async () => {
    const goOn = goLater();
    isDeleting.value = true;
    try {
      await removeJob(job);
      const kept = unfinished(job);
      if (kept) forgetUpload(kept.id);
      goOn(to.clips());
    } catch (error) {
      isDeleting.value = false;
      close();
      toastFailure(error);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        <Icon name="trash" /> {words.remove}
      </button>
      {isAsking.value && (
        <Confirm
          title={words.removeTitle}
          yes={t().common.delete}
          isBusy={isDeleting.value}
          onYes={remove}
          onNo={close}
        >
          <p>{words.removeText}</p>
        </Confirm>
      )}
    </>
  );
}
