import type { PoseSummary } from "../api/types";
import { t } from "../strings/text";
import { Measures } from "./Measures";
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
      <Measures clip={clip} />
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
