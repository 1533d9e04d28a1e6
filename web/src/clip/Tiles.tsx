import type { PoseSummary } from "../api/types";
import { t } from "../strings/text";
import type { Clip } from "./model";
import { NotJudged } from "./NotJudged";
import { type Measured, numbersOf } from "./numbers";
import { Pick } from "./Pick";
import { Pill } from "./Pill";
import { RangeBar } from "./RangeBar";
import { Sure } from "./Sure";
import { isJudged, severities, TONES, verdictOf } from "./verdict";
import { errorText, rangeText, valueText, wordsOf } from "./words";

/** Every number of the clip: judged, described, and what has no verdict with the reason. */
export function Numbers({ clip }: { clip: Clip }) {
  const words = t().reading.tiles;
  const results = clip.results.value;
  const summary = results.pose.pose_summary;
  const all = numbersOf(results);
  const judged = all.filter(isJudged);
  const found = severities(results.findings.findings);
  const provisional = judged.some(({ target }) => target?.provisional);
  return (
    <>
      {judged.length > 0 && (
        <section class="numbers" aria-labelledby="judged">
          <h2 id="judged">{words.title}</h2>
          <p class="lead">
            {words.lead} {provisional && words.provisional}
          </p>
          <div class="tiles card">
            {judged.map((of) => {
              const verdict = verdictOf(of, found.get(of.name));
              return (
                <Tile key={of.name} clip={clip} of={of} summary={summary}>
                  <Pill tone={TONES[verdict]} words={t().reading.verdict[verdict]} />
                </Tile>
              );
            })}
          </div>
        </section>
      )}
      <Described numbers={all.filter(({ kind }) => kind === "measure")} clip={clip} />
      {clip.events.value.length > 0 && <NotJudged clip={clip} />}
    </>
  );
}

interface TileProps {
  clip: Clip;
  of: Measured;
  summary: PoseSummary;
  children: preact.ComponentChildren;
}

function Tile({ clip, of, summary, children }: TileProps) {
  const words = t().reading.tiles;
  const { title, says } = wordsOf(of, summary);
  const range = of.target ? rangeText(of, of.target.best) : "";
  return (
    <article class={clip.picked.value === of.name ? "tile picked" : "tile"}>
      <h3>
        <Pick clip={clip} of={of} title={title} />
      </h3>
      <p class="tile-value">
        <b>{valueText(of)}</b> <span>{errorText(of)}</span>
      </p>
      <RangeBar number={of} />
      <p class="tile-words">
        {children} <Sure confidence={of.confidence} />
      </p>
      <p class="small">
        {range && <b>{words.target(range)}. </b>}
        {says}
      </p>
    </article>
  );
}

const GROUPS = ["run_up", "stride", "front_leg", "trunk_head", "arm"] as const;

function Described({ numbers, clip }: { numbers: readonly Measured[]; clip: Clip }) {
  const words = t().reading;
  if (!numbers.length) return null;
  const groups = [
    ...GROUPS.map((group) => [words.groups[group], numbers.filter((of) => of.group === group)] as const),
    [words.tiles.other, numbers.filter((of) => !GROUPS.some((group) => group === of.group))] as const,
  ].filter(([, members]) => members.length);
  return (
    <section class="numbers" aria-labelledby="described">
      <h2 id="described">{words.tiles.described}</h2>
      <p class="lead">{words.tiles.describedLead}</p>
      <div class="groups">
        {groups.map(([title, members]) => (
          <section key={title} class="card group">
            {groups.length > 1 && <h3 class="group-title">{title}</h3>}
            {members.map((of) => (
              <Row key={of.name} clip={clip} of={of} />
            ))}
          </section>
        ))}
      </div>
    </section>
  );
}

function Row({ clip, of }: { clip: Clip; of: Measured }) {
  const words = t().reading.tiles;
  const { title, says } = wordsOf(of, clip.results.value.pose.pose_summary);
  return (
    <div class={clip.picked.value === of.name ? "number-row picked" : "number-row"}>
      <div>
        <h4>
          <Pick clip={clip} of={of} title={title} />
        </h4>
        {says && <p class="small">{says}</p>}
      </div>
      {of.value === null ? (
        <p class="small row-reason">{of.reason ?? words.notMeasured}</p>
      ) : (
        <>
          <p class="row-value">
            <b>{valueText(of)}</b> <span>{errorText(of)}</span>
          </p>
          <div>
            <RangeBar number={of} />
            <p class="small">{of.reference?.text || words.noNorm}</p>
          </div>
          <Sure confidence={of.confidence} />
        </>
      )}
    </div>
  );
}
