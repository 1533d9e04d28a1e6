import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { Clip } from "./model";

type Part = typeof import("./Several");

/** What only a clip of several actions shows, in a file that only such a clip loads. */
export function SeveralActions({ clip, part }: { clip: Clip; part: keyof Part }) {
  const loaded = useSignal<Part | null>(null);
  const isOne = (clip.results.value.actions?.length ?? 0) < 2;
  useEffect(() => {
    if (isOne) return;
    const load = () => {
      import("./Several").then(
        (found) => {
          loaded.value = found;
        },
        // Without a network there is none; the rest of the view does not wait for it.
        () => addEventListener("online", load, { once: true }),
      );
    };
    load();
    return () => removeEventListener("online", load);
  }, [isOne]);
  const Shown = isOne ? null : loaded.value?.[part];
  return Shown ? <Shown clip={clip} /> : null;
}
