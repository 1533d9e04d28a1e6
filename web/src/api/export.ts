import { authorisedFetch } from "./client";
import { Failure, failureFrom, failureOf } from "./problem";
import type { Problem } from "./schema";
import { filled } from "./transport";

/** More than the last line takes. */
const END_BYTES = 500;

/** Everything of a player, as the API streams it: one JSON object a line. Throws {@link Failure}. */
export async function exportOf(player_id: string): Promise<Blob> {
  const path = filled("/api/coaches/plus/players/{player_id}/export", { player_id });
  try {
    const answer = await authorisedFetch(new Request(new URL(path, location.origin)));
    if (!answer.ok) throw failureOf((await answer.json()) as Problem, answer);
    const lines = await answer.blob();
    const end = (await lines.slice(-END_BYTES).text()).trimEnd().split("\n").at(-1) ?? "";
    // An export that broke off is no copy of everything.
    if (!/^\{"end":.*"problem":null\}\}$/.test(end)) throw new Failure("network", "the export broke off");
    return lines;
  } catch (error) {
    throw failureFrom(error);
  }
}
