import type { Finding } from "../api/types";
import { t } from "../strings/text";
import { Drill } from "./Drill";
import type { Clip } from "./model";
import { Norm } from "./Norm";
import { saidIn } from "./notes";
import { Pill } from "./Pill";
import { evidenceText, ShowMe } from "./PriorityBand";
import { priorityOf } from "./priority";
import { Source } from "./Source";
import { Sure } from "./Sure";

/** Faults, then strengths, then what the film hides. */
export function Findings({ clip }: { clip: Clip }) {
  const words = t().reading.findings;
  const { findings, report } = clip.results.value;
  const faults = findings.findings.filter(({ metric }) => metric !== null);
  const film = findings.findings.filter(({ metric }) => metric === null);
  const { notes } = saidIn(report);
  // Where too little could be judged, the top of the page says how to film.
  const isSaid = priorityOf(clip.results.value).is === "little";
  if (!faults.length && !film.length && !findings.strengths.length && !notes.length) return null;
  return (
    <section class="findings" aria-labelledby="findings">
      <h2 id="findings">{words.title}</h2>
      <div class="finding-cards">
        {faults.map((finding) => (
          <Card key={`${finding.code}${finding.metric}`} clip={clip} finding={finding} />
        ))}
        {findings.strengths.map((finding) => (
          <Card key={`${finding.code}${finding.metric}`} clip={clip} finding={finding} isStrength />
        ))}
        {film.map((finding) => (
          <Film key={finding.code} finding={finding} isSaid={isSaid} />
        ))}
      </div>
      {notes.length > 0 && (
        <div class="notes card">
          {notes.map(({ title, text, source }) => (
            <article key={text}>
              {title && <h3>{title}</h3>}
              <p>
                {text} <Source of={source} />
              </p>
            </article>
          ))}
        </div>
      )}
    </section>
  );
}

/** More frames than these say nothing new. */
const CHIPS = 4;

function Card({ clip, finding, isStrength = false }: { clip: Clip; finding: Finding; isStrength?: boolean }) {
  const words = t().reading;
  const shown = clip.steps.length ? finding.evidence.moments.slice(0, CHIPS) : [];
  return (
    <article class="card finding">
      <header>
        {isStrength ? (
          <Pill tone="good" words={words.findings.strength} />
        ) : (
          <Pill tone={finding.severity} words={words.severity[finding.severity]} />
        )}
        <Sure confidence={finding.confidence} />
      </header>
      <h3>{finding.title}</h3>
      <p class="small">{evidenceText(finding, clip)}</p>
      <Norm reference={finding.reference} unit={finding.evidence.unit ?? ""} />
      {finding.cues.length > 0 && (
        <ul class="cues" aria-label={words.findings.cues}>
          {finding.cues.map((cue) => (
            <li key={cue}>{cue}</li>
          ))}
        </ul>
      )}
      <p>
        {finding.why_it_matters} <Source of={finding.source} />
      </p>
      {finding.drills.length > 0 && (
        <div class="drills">
          {finding.drills.map((drill) => (
            <Drill key={drill.id} drill={drill} />
          ))}
        </div>
      )}
      <div class="row no-print">
        <ShowMe clip={clip} finding={finding} />
        {shown.map((moment) => (
          <button
            key={moment.frame}
            type="button"
            class="button frame-chip"
            onClick={() => clip.showMoment(moment, finding.metric)}
          >
            {t().stage.frame(moment.frame)}
          </button>
        ))}
      </div>
    </article>
  );
}

function Film({ finding, isSaid }: { finding: Finding; isSaid: boolean }) {
  return (
    <article class="card finding quiet">
      <Pill tone="none" icon="camera" words={t().reading.findings.film} />
      <h3>{finding.title}</h3>
      {!isSaid && (
        <ul class="film-cues">
          {finding.cues.map((cue) => (
            <li key={cue}>{cue}</li>
          ))}
        </ul>
      )}
      <p class="small">
        {finding.why_it_matters} <Source of={finding.source} />
      </p>
      <div class="drills">
        {finding.drills.map((drill) => (
          <Drill key={drill.id} drill={drill} />
        ))}
      </div>
    </article>
  );
}
