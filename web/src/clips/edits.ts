import type { SessionRecord, UpdateSession } from "../api/schema";
import { type Answers, heightOf, saidOf } from "../upload/answers";
import { namesOf } from "./names";

/** The fields of the form. */
export interface Form extends Pick<Answers, "title" | "height" | "age" | "style"> {
  /** With commas between the names. */
  players: string;
}

type Described = Pick<SessionRecord, "title" | "player_ids" | "height_cm" | "age_group" | "bowling_style">;

/** What the form shows: what the API has, under what the coach typed. A newer version never takes that away. */
export function formOf(session: Described, typed: Partial<Form>): Form {
  return { title: session.title, players: session.player_ids.join(", "), ...saidOf(session), ...typed };
}

/** What is sent: each field, and nothing for one that was emptied. */
export function changesOf({ title, players, height, age, style }: Form): UpdateSession {
  return {
    title: title.trim(),
    player_ids: namesOf(players),
    height_cm: heightOf(height),
    age_group: age || null,
    bowling_style: style || null,
  };
}
