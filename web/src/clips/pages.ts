import type { ListedSession, SessionPage, SessionStatus } from "../api/schema";

/** A page of sessions and where it was read. */
export interface Page extends SessionPage {
  /** `null` for the first page. */
  cursor: string | null;
}

/** What the API is asked for. */
export interface Filter {
  player: string;
  status: SessionStatus | "";
}

export function sessionsOf(pages: readonly Page[]): ListedSession[] {
  const seen = new Set<string>();
  // A page that was read again may have moved by a new session.
  return pages
    .flatMap(({ items }) => items)
    .filter(({ session_id }) => !seen.has(session_id) && Boolean(seen.add(session_id)));
}

export function isRunning({ job }: ListedSession): boolean {
  return job?.status === "processing" || (job?.status === "failed" && job.stage !== null);
}

/** The pages on which something may change by itself: a clip that is on its way becomes one that is analysed. */
export function livePages(pages: readonly Page[]): Page[] {
  return pages.filter(({ items }) => items.some((session) => isRunning(session) || session.job?.status === "queued"));
}

export function replaced(pages: readonly Page[], page: Page): Page[] {
  return pages.map((other) => (other.cursor === page.cursor ? page : other));
}

/** Changes one session, or takes it out where `change` gives none. */
export function changed(
  pages: readonly Page[],
  session_id: string,
  change: (session: ListedSession) => ListedSession | null,
): Page[] {
  return pages.map((page) => ({
    ...page,
    items: page.items.flatMap((session) => (session.session_id === session_id ? (change(session) ?? []) : session)),
  }));
}

/** Whether a session's title or a player's name has every word of `search` in it. */
export function matches({ title, player_ids }: ListedSession, search: string): boolean {
  const text = [title, ...player_ids].join(" ").toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
