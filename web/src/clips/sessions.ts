import { signal } from "@preact/signals";

import { api, bodyOf, pause, repeated } from "../api/client";
import { visible } from "../api/events";
import { type Failure, failureFrom } from "../api/problem";
import type { ListedSession } from "../api/schema";
import { changed, type Filter, livePages, type Page, replaced } from "./pages";

const PAGE = 30;
const POLL_MS = 5_000;

/** The sessions that the list shows, page by page, kept fresh while something runs. */
export class Sessions {
  readonly pages = signal<readonly Page[] | null>(null);
  readonly failure = signal<Failure | null>(null);
  /** What keeps a page waiting that is asked for again and again. */
  readonly held = signal<Failure | null>(null);
  readonly isLoading = signal(false);
  readonly #leaving = new AbortController();

  constructor(private readonly filter: Filter) {}

  start(): void {
    void this.older();
    this.#keepFresh().catch(() => {});
  }

  stop(): void {
    this.#leaving.abort();
  }

  /** Reads the first page, or the one after the last. */
  async older(): Promise<void> {
    const cursor = this.pages.value?.at(-1)?.next_cursor ?? null;
    this.isLoading.value = true;
    this.failure.value = null;
    try {
      const held = (failure: Failure) => {
        this.held.value = failure;
      };
      const page = await repeated(() => this.#read(cursor), this.#leaving.signal, held);
      this.pages.value = [...(this.pages.value ?? []), page];
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.failure.value = failureFrom(error);
    }
    this.isLoading.value = false;
    this.held.value = null;
  }

  change(session_id: string, change: (session: ListedSession) => ListedSession | null): void {
    this.pages.value = changed(this.pages.value ?? [], session_id, change);
  }

  async #read(cursor: string | null): Promise<Page> {
    const { player, status } = this.filter;
    const query = {
      limit: PAGE,
      ...(cursor && { cursor }),
      ...(player && { player_id: player }),
      ...(status && { status }),
    };
    const page = await bodyOf(
      api.GET("/api/coaches/plus/sessions", { params: { query }, signal: this.#leaving.signal }),
    );
    return { ...page, cursor };
  }

  async #keepFresh(): Promise<void> {
    const { signal } = this.#leaving;
    for (;;) {
      await pause(POLL_MS, signal);
      await visible(signal);
      for (const { cursor } of livePages(this.pages.value ?? [])) {
        try {
          const page = await this.#read(cursor);
          this.pages.value = replaced(this.pages.value ?? [], page);
        } catch (error) {
          // The next round asks again, but of a plan that has no Coach Plus.
          if (signal.aborted || failureFrom(error).code === "not_entitled") return;
        }
      }
    }
  }
}
