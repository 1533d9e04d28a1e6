import type { PlayerLoad } from "../api/schema";
import { date, number } from "../format";
import { Icon } from "../ui/Icon";
import { w } from "./words";

const [WIDTH, HEIGHT, BASE, TOP] = [360, 120, 98, 14];

/** The balls of the running week beside the limits, and those of the weeks before it. */
export function Load({ load }: { load: PlayerLoad }) {
  const words = w();
  const { weeks, days, limits } = load;
  const now = weeks.at(-1);
  if (!now || !weeks.some(({ balls }) => balls > 0)) return null;
  const busiest = Math.max(0, ...days.filter(({ day }) => day >= now.start).map(({ balls }) => balls));
  const rows = [
    [words.balls, now.balls, limits.balls_a_week],
    [words.busiest, busiest, limits.balls_a_day],
    [words.days, now.days, limits.days_a_week],
    [words.row, now.in_a_row, limits.days_in_a_row],
  ] as const;
  return (
    <section class="numbers" aria-labelledby="load">
      <h2 id="load">{words.load}</h2>
      <p class="lead">{load.text}</p>
      <div class="card load">
        <div>
          <h3>{words.thisWeek}</h3>
          <dl>
            {rows.map(([title, count, limit]) => (
              <div key={title} class={count > limit ? "tone-high" : undefined}>
                <dt>{title}</dt>
                <dd>
                  {count > limit && (
                    <>
                      <Icon name="high" /> <span class="visually-hidden">{words.over}: </span>
                    </>
                  )}
                  {words.of(number(count, 0), number(limit, 0))}
                </dd>
              </div>
            ))}
          </dl>
        </div>
        <Weeks load={load} />
      </div>
      <details class="norm">
        <summary>{words.source}</summary>
        <p>{load.counts}</p>
        <p>
          {limits.source} {words.asOf(date(limits.as_of))}
        </p>
      </details>
    </section>
  );
}

/** A bar for each week under the line of the limit. */
function Weeks({ load: { weeks, limits } }: { load: PlayerLoad }) {
  const words = w();
  const limit = limits.balls_a_week;
  const most = Math.max(limit, ...weeks.map(({ balls }) => balls));
  const height = (balls: number) => ((BASE - TOP) * balls) / most;
  const step = WIDTH / weeks.length;
  const [first, last] = [weeks[0], weeks.at(-1)];
  const counts = weeks.map(({ start, balls }) => `${words.week(date(start))}: ${balls}`);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${words.weeks(number(limit, 0))} ${counts.join(", ")}`}
      >
        {weeks.map(({ start, balls }, index) => (
          <g key={start}>
            <rect
              class={balls > limit ? "load-bar over" : "load-bar"}
              x={index * step + 3}
              y={BASE - height(balls)}
              width={step - 6}
              height={height(balls)}
            />
            {balls > 0 && (
              <text class="chart-label middle" x={(index + 0.5) * step} y={BASE - height(balls) - 3}>
                {balls}
              </text>
            )}
          </g>
        ))}
        <line class="load-limit" x1={0} x2={WIDTH} y1={BASE - height(limit)} y2={BASE - height(limit)} />
        <line class="chart-grid" x1={0} x2={WIDTH} y1={BASE} y2={BASE} />
        {first && last && (
          <>
            <text class="chart-label" x={3} y={HEIGHT - 6}>
              {date(first.start)}
            </text>
            <text class="chart-label end" x={WIDTH - 3} y={HEIGHT - 6}>
              {date(last.start)}
            </text>
          </>
        )}
      </svg>
      <figcaption class="small">{words.weeks(number(limit, 0))}</figcaption>
    </figure>
  );
}
