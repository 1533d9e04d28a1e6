import type { Change } from "../api/types";
import { date, number, quantity } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import type { Clip } from "./model";
import { numbersOf } from "./numbers";
import { changeText, digitsIn } from "./words";

/** What changed since the player's clip before this one, by more than the error, and what did not. */
export function Since({ clip }: { clip: Clip }) {
  const words = t().reading.since;
  const { report, history } = clip.results.value;
  const changes = report.changes ?? [];
  if (!changes.length) return null;
  const numbers = numbersOf(clip.results.value);
  const sure = changes.filter((change) => change.is_beyond_error);
  const open = changes.filter((change) => !change.is_beyond_error);
  const digits = ({ name, unit }: Change) => digitsIn(numbers, name, unit);
  const fromTo = (change: Change) =>
    `${number(change.before, digits(change))} → ${quantity(change.now, change.unit, digits(change))}`;
  const earlier = history?.earlier;
  return (
    <section class="numbers" aria-labelledby="since">
      <h2 id="since">{words.title}</h2>
      <div class="card since">
        {earlier && (
          <a class="link no-print" href={to.compare(earlier.job_id, clip.job.value.job_id)}>
            {words.before(date(earlier.filmed_at))}
          </a>
        )}
        {sure.length === 0 && <p>{words.nothing}</p>}
        <ul class="changed">
          {sure.map((change) => (
            <li key={change.name}>
              <span class="tone-low">
                <Icon name="low" /> <span class="visually-hidden">{t().compare.sure}</span>
              </span>
              <h3>{change.title}</h3>
              <p>
                <b>{fromTo(change)}</b>{" "}
                <small>{changeText(change.now - change.before, change.uncertainty, change.unit, digits(change))}</small>
              </p>
            </li>
          ))}
        </ul>
        {open.length > 0 && (
          <p class="small">
            {words.same} {open.map((change) => `${change.title} ${fromTo(change)}`).join(" · ")}
          </p>
        )}
      </div>
    </section>
  );
}
