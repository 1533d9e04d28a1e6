import { api, bodyOf } from "./client";
import { Failure } from "./problem";
import type { StillsView } from "./types";

/** The index of a job's images; null where none are kept. */
export async function stillsOf(job_id: string, signal: AbortSignal): Promise<StillsView | null> {
  try {
    return await bodyOf(
      api.GET("/api/coaches/plus/analysis-jobs/{job_id}/stills", { params: { path: { job_id } }, signal }),
    );
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  }
}
