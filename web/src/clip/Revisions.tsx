import { Failure } from "../api/problem";
import { t } from "../strings/text";
import { toast } from "../ui/Toast";
import { analysedJob } from "./correction";
import type { Clip } from "./model";

/** Reads an earlier revision of the results; only the newest can be corrected. */
export function Revisions({ clip }: { clip: Clip }) {
  const newest = clip.newest.value;
  if (newest === 1) return null;
  const words = t().stage.revisions;
  const { job_id, revision } = clip.job.value;
  const read = async (wanted: number) => {
    try {
      const { body, etag } = await analysedJob(job_id, { revision: wanted });
      clip.job.value = body;
      clip.etag.value = wanted === newest ? etag : null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(error.code === "not_found" ? words.gone(wanted) : t().failures[error.code].title);
    }
  };
  return (
    <p class="revisions">
      <label>
        {words.label}{" "}
        <select value={revision} onChange={(event) => void read(Number(event.currentTarget.value))}>
          {Array.from({ length: newest }, (_, index) => index + 1).map((number) => (
            <option key={number} value={number}>
              {words.option(number, newest)}
            </option>
          ))}
        </select>
      </label>
      {revision < newest && <span role="status">{words.old}</span>}
    </p>
  );
}
