import type { Drill as DrillOf, PlanDay, Report } from "../api/types";
import { t } from "../strings/text";
import { Drill, openDrill } from "./Drill";

/** Seven days, the balls of each, and every drill in them. */
export function Week({ report }: { report: Report }) {
  const words = t().reading.week;
  if (!report.one_week_plan.length) return null;
  const longest = Math.max(1, ...report.one_week_plan.map(({ minutes }) => minutes));
  return (
    <section class="week" aria-labelledby="week">
      <h2 id="week">{words.title}</h2>
      {report.load && (
        <p class="lead">
          {report.load.balls > 0 && <b>{words.total(t().reading.drill.balls(report.load.balls), report.load.days)} </b>}
          {report.load.text}
        </p>
      )}
      <ol class="days card">
        {report.one_week_plan.map((day) => (
          <Day key={day.day} day={day} drills={report.drills} longest={longest} />
        ))}
      </ol>
      {report.drills.length > 0 && (
        <details class="all-drills">
          <summary>{words.drills}</summary>
          <div class="card drills">
            {report.drills.map((drill) => (
              <Drill key={drill.id} drill={drill} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function Day({ day, drills, longest }: { day: PlanDay; drills: readonly DrillOf[]; longest: number }) {
  const words = t().reading;
  const isRest = day.minutes === 0;
  return (
    <li class={isRest ? "day rest" : "day"}>
      <p class="day-head">
        <b>{words.week.day(day.day)}</b>
        <span class="day-time">{isRest ? words.week.rest : words.drill.minutes(day.minutes)}</span>
      </p>
      <svg class="day-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        <rect class="range-ground" width={100} height={3} />
        <rect class="range-value" width={(100 * day.minutes) / longest} height={3} />
      </svg>
      {!isRest && <p class="day-focus">{day.focus}</p>}
      <ul>
        {day.drills.map((name, position) => {
          const id = day.drill_ids?.[position];
          const drill = drills.find((one) => (id ? one.id === id : one.name === name));
          return (
            <li key={name}>
              {drill ? (
                <button type="button" class="link" onClick={() => openDrill(drill.id)}>
                  {name}
                </button>
              ) : (
                name
              )}
            </li>
          );
        })}
      </ul>
      {day.balls > 0 && <p class="day-balls">{words.drill.balls(day.balls)}</p>}
    </li>
  );
}
