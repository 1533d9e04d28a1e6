import { t } from "../strings/text";
import type { Clip } from "./model";
import { Norm } from "./Norm";
import { byReason, type Measured, numbersOf } from "./numbers";
import { Pick } from "./Pick";
import { RangeBar } from "./RangeBar";
import { Sure } from "./Sure";
import { hasBand } from "./scale";
import { errorText, valueText, wordsOf } from "./words";

/** In the order of an action. */
const PHASES = ["run_up", "stride", "front_leg", "trunk_head", "arm", "backlift", "downswing"] as const;

/** Least width of a tile. */
const TILE_REM = 13;

/** Numbers that describe the action, by its phases, each on what others did; they have no verdict. */
export function Measures({ clip }: { clip: Clip }) {
  const { groups, tiles } = t().reading;
  const all = numbersOf(clip.results.value).filter(({ kind }) => kind === "measure");
  if (!all.length) return null;
  const measured = all.filter(({ value }) => value !== null);
  const missing = byReason(all.filter(({ value }) => value === null));
  const phases = [
    ...PHASES.map((phase) => [groups[phase], measured.filter(({ group }) => group === phase)] as const),
    [tiles.other, measured.filter(({ group }) => !PHASES.some((phase) => phase === group))] as const,
  ].filter(([, members]) => members.length);
  // Without a height there are no metres.
  const isRelative = measured.some(({ unit }) => unit === "percent_height" || unit === "H/s");
  return (
    <section class="numbers" aria-labelledby="described">
      <h2 id="described">{tiles.described}</h2>
      <p class="lead">
        {tiles.describedLead} {isRelative && tiles.relative}
      </p>
      <div class="phases">
        {phases.map(([title, members]) => (
          <section key={title} class="phase" style={{ flex: `${members.length} 1 ${members.length * TILE_REM}rem` }}>
            <h3>{title}</h3>
            <div class="tiles card">
              {members.map((of) => (
                <Tile key={of.name} clip={clip} of={of} />
              ))}
            </div>
          </section>
        ))}
      </div>
      {missing.length > 0 && (
        <details class="unmeasured small">
          <summary>
            {tiles.notMeasured}: {all.length - measured.length}
          </summary>
          <dl>
            {missing.map(([reason, members]) => (
              <div key={reason}>
                <dt>{members.map(({ title }) => title).join(" · ")}</dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Tile({ clip, of }: { clip: Clip; of: Measured }) {
  const { title, says } = wordsOf(of, clip.results.value.pose.pose_summary);
  return (
    <article class={clip.picked.value === of.name ? "tile described picked" : "tile described"}>
      <h4>
        <Pick clip={clip} of={of} title={title} />
      </h4>
      <p class="tile-value">
        <b>{valueText(of)}</b> <span>{errorText(of)}</span>
      </p>
      {hasBand(of.reference) && <RangeBar number={of} />}
      {of.reference ? <Norm {...of} /> : <p class="small">{t().reading.tiles.noNorm}</p>}
      <p class="small">{says}</p>
      <Sure confidence={of.confidence} />
    </article>
  );
}
