import type { Finding } from "../api/types";
import { plusMinus, quantity } from "../format";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { limitsOf } from "./Capture";
import { openDrill } from "./Drill";
import type { Clip } from "./model";
import { Pill } from "./Pill";
import { priorityOf } from "./priority";
import { withError, wordsOf } from "./words";

/** Characters of a title that need a smaller type to stand in one line. */
const LONG = 40;

/** The one thing to read: what to work on first, that there is nothing, or how to film again. */
export function PriorityBand({ clip }: { clip: Clip }) {
  const words = t().reading.priority;
  const results = clip.results.value;
  const priority = priorityOf(results);
  if (priority.is === "fix") {
    const { finding, cue, drill } = priority;
    const title = finding.headline ?? finding.title;
    return (
      <section class="priority" aria-labelledby="priority">
        <div>
          <p class="priority-label">
            {words.label} <Pill tone={finding.severity} words={t().reading.severity[finding.severity]} />
          </p>
          <h2 id="priority" class={title.length > LONG ? "long" : undefined}>
            {title}
          </h2>
          <p class="priority-evidence">
            {finding.headline && `${finding.title} · `}
            {evidenceText(finding, clip)}
          </p>
        </div>
        <div class="priority-act">
          {cue && <p class="cue">{words.quoted(cue)}</p>}
          <div class="row">
            <ShowMe clip={clip} finding={finding} />
            {drill && (
              <button type="button" class="link" onClick={() => openDrill(drill.id)}>
                {words.drill(drill.name, drill.minutes)}
              </button>
            )}
          </div>
        </div>
      </section>
    );
  }
  if (priority.is === "little") {
    return (
      <section class="priority" aria-labelledby="priority">
        <div>
          <h2 id="priority">{words.little}</h2>
          <p class="priority-evidence">{words.littleLead}</p>
          <ul class="todo">
            {[...limitsOf(clip), ...priority.todo].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      </section>
    );
  }
  const { strength, number } = priority;
  return (
    <section class="priority" aria-labelledby="priority">
      <div>
        <h2 id="priority">{words.nothing}</h2>
        {number && (
          <p class="priority-evidence">
            {words.clearest(wordsOf(number, results.pose.pose_summary).title, withError(number))}
          </p>
        )}
      </div>
      {strength && (
        <div class="priority-act">
          <p class="priority-label">
            {words.strength} <Pill tone="good" words={t().reading.findings.strength} />
          </p>
          <p class="cue">{strength.title}</p>
          <div class="row">
            <ShowMe clip={clip} finding={strength} />
          </div>
        </div>
      )}
    </section>
  );
}

/** Goes to the frame that shows a finding, and marks what it is about. */
export function ShowMe({ clip, finding }: { clip: Clip; finding: Finding }) {
  const [moment] = finding.evidence.moments;
  if (!moment || !clip.steps.length) return null;
  return (
    <button type="button" class="button show-me" onClick={() => clip.showMoment(moment, finding.metric)}>
      <Icon name="eye" /> {t().reading.priority.showMe}
      <span class="visually-hidden">: {finding.title}</span>
    </button>
  );
}

/** `150° ± 16 · angle of the front knee at release · fault line 145° · in 3 of 5 balls`. */
export function evidenceText({ evidence, seen_in, seen_of }: Finding, clip: Clip): string {
  const { value, error, unit, threshold, what } = evidence;
  if (value === null || unit === null) return "";
  const measured = [quantity(value, unit), plusMinus(error, unit)].filter(Boolean).join(" ");
  const line = threshold === null ? null : t().reading.priority.faultLine(quantity(threshold, unit));
  const { discipline } = clip.results.value.pose.pose_summary;
  // One action alone says nothing of how often.
  const often = seen_in != null && seen_of != null && seen_of > 1 && t().reading.seenIn(seen_in, seen_of, discipline);
  return [measured, what, line, often].filter(Boolean).join(" · ");
}
