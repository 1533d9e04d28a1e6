import { t } from "../strings/text";
import { surenessOf } from "./verdict";

const BARS = { sure: 3, fairly: 2, unsure: 1, too_unsure: 0 } as const;

/** How sure a number is: three bars and a word. */
export function Sure({ confidence }: { confidence: number }) {
  const sureness = surenessOf(confidence);
  return (
    <span class="sure">
      <svg viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            class={bar < BARS[sureness] ? "filled" : undefined}
            x={bar * 5}
            y={8 - bar * 4}
            width={3.5}
            height={4 + bar * 4}
          />
        ))}
      </svg>
      {t().reading.sureness[sureness]}
    </span>
  );
}
