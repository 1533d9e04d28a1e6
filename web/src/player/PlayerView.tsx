import { useSignal } from "@preact/signals";

import { api, bodyOf, repeated } from "../api/client";
import type { Discipline, NumberLine } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { Norm } from "../clip/Norm";
import { changeText, wordsOf } from "../clip/words";
import { date, number, plusMinus, quantity } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Seg } from "../ui/Seg";
import { Shell } from "../ui/Shell";
import { Pending, State } from "../ui/State";
import { Load } from "./Load";
import { changedOf, inOrder } from "./lines";
import { Theirs } from "./Theirs";
import { lineText, pointText, Trend } from "./Trend";
import { w } from "./words";

/** A player's numbers over time, what changed by more than its error, and the load of the week. */
export function PlayerView({ player }: { player: string }) {
  const chosen = useSignal<Discipline | null>(null);
  const found = useLoaded((signal, held) => {
    const params = { path: { player_id: player } };
    return Promise.all([
      repeated(
        () => bodyOf(api.GET("/api/coaches/plus/players/{player_id}/progress", { params, signal })),
        signal,
        held,
      ),
      repeated(() => bodyOf(api.GET("/api/coaches/plus/players/{player_id}/load", { params, signal })), signal, held),
    ]);
  });
  const actions = (
    <a class="button primary" href={to.newClip()}>
      <Icon name="plus" /> <span>{t().upload.title}</span>
    </a>
  );
  if (!found.found) {
    return (
      <Shell title={player}>
        <Pending of={found} />
      </Shell>
    );
  }
  const [{ items }, load] = found.found;
  const disciplines = [...new Set(items.map(({ discipline }) => discipline))];
  const newest = items.flatMap(({ points }) => points).sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  const discipline =
    chosen.value ?? items.find(({ points }) => points.at(-1)?.job_id === newest?.job_id)?.discipline ?? null;
  const lines = items.filter((line) => line.discipline === discipline);
  return (
    <Shell title={player} actions={actions}>
      <div class="player">
        {disciplines.length > 1 && discipline && (
          <Seg
            quiet
            label={t().upload.form.field.discipline}
            options={disciplines.map((one) => [one, t().upload.disciplines[one]] as const)}
            value={discipline}
            onChange={(one) => {
              chosen.value = one;
            }}
          />
        )}
        {discipline === "bowling" && <Load load={load} />}
        {lines.length > 0 ? (
          <>
            <Moved lines={lines} />
            <Lines lines={lines} />
          </>
        ) : (
          <State icon="person" {...w().none} />
        )}
        <Theirs player={player} />
      </div>
    </Shell>
  );
}

function titleOf({ name, title, discipline }: NumberLine): string {
  return wordsOf({ name, title, says: null }, { discipline, events: [], camera_view: null, camera_view_confidence: 0 })
    .title;
}

function Moved({ lines }: { lines: readonly NumberLine[] }) {
  const words = w();
  const { sure, open } = changedOf(lines);
  if (!sure.length && !open.length) return null;
  const fromTo = (line: NumberLine) =>
    line.change && `${number(line.change.from, line.digits)} → ${quantity(line.change.to, line.unit, line.digits)}`;
  return (
    <section class="numbers" aria-labelledby="moved">
      <h2 id="moved">{words.moved}</h2>
      <p class="lead">{words.rule}</p>
      <div class="card since">
        {sure.length === 0 && <p>{words.nothingMoved}</p>}
        <ul class="changed">
          {sure.map((line) => (
            <li key={line.name}>
              <span class="tone-low">
                <Icon name="low" /> <span class="visually-hidden">{t().compare.sure}</span>
              </span>
              <h3>{titleOf(line)}</h3>
              <p>
                <b>{fromTo(line)}</b>{" "}
                <small>
                  {line.change && changeText(line.change.value, line.change.uncertainty, line.unit, line.digits)}
                </small>
              </p>
            </li>
          ))}
        </ul>
        {open.length > 0 && (
          <p class="small">
            {words.same} {open.map((line) => `${titleOf(line)} ${fromTo(line)}`).join(" · ")}
          </p>
        )}
      </div>
    </section>
  );
}

function Lines({ lines }: { lines: readonly NumberLine[] }) {
  const words = w();
  return (
    <section class="numbers" aria-labelledby="over-time">
      <h2 id="over-time">{words.numbers}</h2>
      <p class="lead">{words.numbersLead}</p>
      <div class="lines">
        {inOrder(lines).map((line) => (
          <Line key={line.name} line={line} />
        ))}
      </div>
    </section>
  );
}

function Line({ line }: { line: NumberLine }) {
  const words = w();
  const title = titleOf(line);
  const { change, digits, unit } = line;
  const newest = line.points.at(-1);
  return (
    <article class="card line">
      <h3>{title}</h3>
      <p class="tile-value">
        <b>{newest && quantity(newest.value, unit, digits)}</b>{" "}
        <span>{newest && plusMinus(newest.uncertainty, unit, digits)}</span>
      </p>
      <Trend line={line} says={lineText(line, title)} />
      {change && <p class={change.is_beyond_error ? "small tone-low verdict" : "small"}>{change.text}</p>}
      {change && <p class="small">{words.worthwhile(quantity(change.smallest_worthwhile, unit, digits))}</p>}
      <Norm {...line} />
      <details class="norm">
        <summary>
          {words.table}
          <span class="visually-hidden">: {title}</span>
        </summary>
        {line.truncated && <p>{words.older}</p>}
        <table>
          <thead>
            <tr>
              <th scope="col">{words.clip}</th>
              <th scope="col">{words.value}</th>
            </tr>
          </thead>
          <tbody>
            {line.points.toReversed().map((point) => (
              <tr key={`${point.job_id}${point.action}`}>
                <th scope="row">
                  <a class="link" href={to.clip(point.job_id)}>
                    {date(point.at)}
                  </a>
                </th>
                <td>{pointText(line, point)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </article>
  );
}
