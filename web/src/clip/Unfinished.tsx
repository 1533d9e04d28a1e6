import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import { Failure } from "../api/problem";
import type { JobView } from "../api/types";
import { bytes } from "../format";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { FileButton } from "../ui/FileButton";
import { State } from "../ui/State";
import { toastFailure } from "../ui/Toast";
import { contentTypeOf, faultOf } from "../upload/check";
import { goOn, unfinished } from "../upload/queue";
import { isSame } from "../upload/slices";
import { DeleteClip } from "./DeleteClip";

/** A queued job whose clip never arrived whole: the same file goes on, or the job goes. */
export function Unfinished({ job }: { job: JobView }) {
  const words = t().waiting.unfinished;
  const fault = useSignal<string | null>(null);
  const before = unfinished(job.job_id);
  const choose = async (file: File) => {
    const wrong = faultOf(file, null);
    const contentType = contentTypeOf(file);
    if (wrong || !contentType) {
      fault.value = wrong && t().upload.fileFaults[wrong];
    } else if (before && !isSame(file, before.file)) {
      fault.value = t().upload.card.other;
    } else {
      try {
        goOn(job.job_id, job.session_id, file, contentType, await partSizeOf(job.job_id));
      } catch (error) {
        toastFailure(error);
      }
    }
  };
  return (
    <State icon="upload" title={words.title} todo={words.todo}>
      {before && <p class="small">{words.known(before.file.name, bytes(before.file.size))}</p>}
      <FileButton
        label={t().upload.card.choose}
        icon="retry"
        isPrimary
        onFiles={([file]) => {
          if (file) void choose(file);
        }}
      />
      <DeleteClip job={job.job_id} />
      {fault.value && <Alert>{fault.value}</Alert>}
    </State>
  );
}

/** Bytes of a part of a queued upload; `null` for one that is sent in one. */
async function partSizeOf(job_id: string): Promise<number | null> {
  const ask = () => bodyOf(api.POST("/api/coaches/plus/videos/upload/parts", { body: { job_id, numbers: [] } }));
  try {
    return (await repeated(ask)).part_size;
  } catch (error) {
    if (error instanceof Failure && error.code === "conflict") return null;
    throw error;
  }
}
