import { useSignal } from "@preact/signals";

import { t } from "../strings/text";
import { Chart } from "./Chart";
import type { Clip } from "./model";
import { hasCurve, type Measured, numbersOf } from "./numbers";
import type { Span } from "./scale";
import { isJudged, severities } from "./verdict";

const CHARTS = [0, 1] as const;

/** Two curves under each other on one time axis. The first one is of the number that is picked. */
export function Charts({ clip }: { clip: Clip }) {
  const results = clip.results.value;
  const curves = inOrder(numbersOf(results).filter(hasCurve), severities(results.findings.findings));
  const chosen = useSignal<readonly [string | null, string | null]>([null, null]);
  if (!curves.length) return <p class="card charts-empty">{t().reading.charts.nothing}</p>;

  const named = (name: string | null) => curves.find((of) => of.name === name);
  const first = named(clip.picked.value) ?? named(chosen.value[0]) ?? curves[0];
  const others = curves.filter((of) => of !== first);
  const second = others.find((of) => of.name === chosen.value[1]) ?? others[0];
  const span = timesShown(
    clip,
    [first, second].filter((of) => of !== undefined),
  );
  return (
    <div class="card charts">
      {CHARTS.map((place) => {
        const of = place === 0 ? first : second;
        if (!of) return null;
        return (
          <Chart
            key={place}
            clip={clip}
            of={of}
            options={place === 0 ? curves : others}
            times={span}
            namesEvents={place === 0}
            onPick={(name) => {
              if (place === 0) clip.picked.value = name;
              chosen.value = place === 0 ? [name, chosen.value[1]] : [chosen.value[0], name];
            }}
          />
        );
      })}
    </div>
  );
}

/** Those with a finding first, then what was judged. */
function inOrder(curves: Measured[], found: ReadonlyMap<string, unknown>): Measured[] {
  const rank = (of: Measured) => (found.has(of.name) ? 0 : 1) + (isJudged(of) ? 0 : 2);
  return curves.sort((a, b) => rank(a) - rank(b));
}

/** The curves that are drawn and every event, with a margin at both ends. */
function timesShown(clip: Clip, curves: readonly Measured[]): Span {
  const times = [...curves.flatMap(({ series }) => series?.t_ms ?? []), ...clip.events.value.map(({ t_ms }) => t_ms)];
  const low = Math.min(...times);
  const high = Math.max(...times);
  const margin = Math.max(1, high - low) * 0.03;
  return [low - margin, high + margin];
}
