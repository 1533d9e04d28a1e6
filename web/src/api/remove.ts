import { api, bodyOf, repeated } from "./client";
import { Failure } from "./problem";

/** Deletes a job with its film and its results. */
export function removeJob(job_id: string): Promise<void> {
  return gone(() => api.DELETE("/api/coaches/plus/analysis-jobs/{job_id}", { params: { path: { job_id } } }));
}

/** Deletes a session with its jobs. */
export function removeSession(session_id: string): Promise<void> {
  return gone(() => api.DELETE("/api/coaches/plus/sessions/{session_id}", { params: { path: { session_id } } }));
}

/** Deletes a player: the sessions that name nobody else, and the player's clips in the others. */
export function removePlayer(player_id: string): Promise<void> {
  return gone(() => api.DELETE("/api/coaches/plus/players/{player_id}", { params: { path: { player_id } } }));
}

/** Somebody, or an earlier try whose answer was lost, may have deleted it before. */
async function gone(call: () => Parameters<typeof bodyOf<unknown>>[0]): Promise<void> {
  try {
    await repeated(() => bodyOf(call()));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
  }
}
