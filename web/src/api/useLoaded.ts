import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { Failure } from "./problem";

interface Loaded<T> {
  /** `null` until it is there. */
  found: T | null;
  /** Why the newest try failed. */
  failure: Failure | null;
  /** What keeps the try waiting that is under way. */
  held: Failure | null;
}

const LOADING = { found: null, failure: null, held: null };

/**
 * What `load` brings. An input that changes loads it again, and what was found stays until then; leaving the view ends
 * what is under way. `again` starts from nothing.
 */
export function useLoaded<T>(
  load: (leaving: AbortSignal, held: (failure: Failure) => void) => Promise<T>,
  inputs: readonly unknown[] = [],
): Loaded<T> & { again: () => void } {
  const state = useSignal<Loaded<T> & { bug?: unknown }>(LOADING);
  const tries = useSignal(0);
  useEffect(() => {
    const leaving = new AbortController();
    const now = (change: Partial<typeof state.value>) => {
      if (!leaving.signal.aborted) state.value = { ...state.peek(), ...change };
    };
    load(leaving.signal, (held) => now({ held })).then(
      (found) => now({ ...LOADING, found }),
      (error) => now(error instanceof Failure ? { failure: error, held: null } : { bug: error }),
    );
    return () => leaving.abort();
  }, [...inputs, tries.value]);
  // No failure of the API: the page itself is broken, and its boundary says so.
  if (state.value.bug) throw state.value.bug;
  const again = () => {
    state.value = LOADING;
    tries.value++;
  };
  return { ...state.value, again };
}
