import type { SessionRecord } from "../api/schema";

/** The fields of the form. */
export interface Form {
  title: string;
  /** With commas between the names. */
  players: string;
}

/** What the form shows: what the API has, under what the coach typed. A newer version never takes that away. */
export function formOf({ title, player_ids }: Pick<SessionRecord, "title" | "player_ids">, typed: Partial<Form>): Form {
  return { title, players: player_ids.join(", "), ...typed };
}
