import { api, bodyOf, repeated } from "./client";
import type { Failure } from "./problem";
import type { SessionRecord } from "./schema";

export function sessionOf(
  session_id: string,
  signal: AbortSignal,
  held?: (failure: Failure) => void,
): Promise<SessionRecord> {
  const params = { path: { session_id } };
  return repeated(() => bodyOf(api.GET("/api/coaches/plus/sessions/{session_id}", { params, signal })), signal, held);
}
