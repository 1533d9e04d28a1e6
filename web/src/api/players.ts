import { api, bodyOf, itemsOf } from "./client";

/** More than a club has. A list of them all would be of no use to anybody. */
const MOST = 1000;

/** The ids of the players that the coach's sessions name. */
export async function playersOf(signal: AbortSignal): Promise<string[]> {
  const players = await itemsOf(
    (query) => bodyOf(api.GET("/api/coaches/plus/players", { params: { query }, signal })),
    signal,
    ({ length }) => length >= MOST,
  );
  return players.map(({ player_id }) => player_id);
}
