import type { Drill as DrillOf } from "../api/types";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";

/** Opens the drill wherever the page has it, and brings it into sight. */
export function openDrill(id: string): void {
  const details = document.querySelector(`details[data-drill="${CSS.escape(id)}"]`);
  if (!(details instanceof HTMLDetailsElement)) return;
  for (let outer = details.parentElement?.closest("details"); outer; outer = outer.parentElement?.closest("details")) {
    outer.open = true;
  }
  details.open = true;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  details.scrollIntoView({ block: "start", behavior: isCalm ? "auto" : "smooth" });
  details.querySelector("summary")?.focus({ preventScroll: true });
}

/** An exercise: closed, its name and time; open, all of it. */
export function Drill({ drill }: { drill: DrillOf }) {
  const words = t().reading.drill;
  const facts = [
    [words.level, drill.level],
    [words.sets, drill.sets],
    [words.kit, drill.equipment.join(", ")],
    [words.load, drill.balls ? words.balls(drill.balls) : null],
    [words.success, drill.success],
  ] as const;
  const aside = [
    [words.easier, drill.easier],
    [words.harder, drill.harder],
    [words.source, drill.source],
  ] as const;
  return (
    <details class="drill" data-drill={drill.id}>
      <summary>
        <b>{drill.name}</b>
        <span class="drill-facts">
          {words.minutes(drill.minutes)} · {words.people(drill.people)}
        </span>
      </summary>
      <p>{drill.goal}</p>
      <ol class="steps">
        {drill.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <dl class="facts">{facts.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}</dl>
      <dl class="facts no-print">
        {aside.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}
      </dl>
      {drill.stop_rules?.map((rule) => (
        <p key={rule} class="stop tone-high">
          <Icon name="high" /> {rule}
        </p>
      ))}
    </details>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
