import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { type Failure, failureFrom } from "./problem";

/**
 * What `load` brings; `null` until it is there. An input that changes loads it again, and leaving the view ends what is
 * under way. Without `failed` the view lives without.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  failed: (failure: Failure) => void = () => {},
): ReadonlySignal<T | null> {
  const found = useSignal<T | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    load(leaving.signal).then(
      (loaded) => {
        found.value = loaded;
      },
      (error) => {
        if (!leaving.signal.aborted) failed(failureFrom(error));
      },
    );
    return () => leaving.abort();
  }, inputs);
  return found;
}
