import { quantity, seconds } from "../format";
import { t } from "../strings/text";
import { closeUps } from "./closeUp";
import { anchorOf, type Clip, nearest } from "./model";
import { type Measured, numbersOf } from "./numbers";
import { StillImage } from "./StillImage";
import { type Span, shareOf } from "./scale";
import { type ActionSummary, actionsOf, type Over, overAll } from "./several";
import { groundOf } from "./view";
import { digitsIn, valueText, withError, wordsOf } from "./words";

/** Width over height of the pictures. */
const SHAPE = 1.2;
/** CSS pixels. */
const WIDTH = 300;

/** One button for each action of the clip: it is then what the picture, the events and their corrections are of. */
export function Chooser({ clip }: { clip: Clip }) {
  const words = t().reading.actions;
  return (
    <nav class="which" aria-label={words.title}>
      {actionsOf(clip.results.value).map((action) => (
        <Choice key={action.index} clip={clip} action={action} />
      ))}
    </nav>
  );
}

function Choice({ clip, action }: { clip: Clip; action: ActionSummary }) {
  const words = t().reading.actions;
  const { index, start_ms, coarse } = action;
  const isMain = index === clip.results.value.primary_action;
  return (
    <button
      type="button"
      class="which-one"
      aria-pressed={clip.shown.value === index}
      onClick={() => clip.choose(index)}
    >
      <b>{words.nth(index + 1)}</b>{" "}
      <small>{[seconds(start_ms), isMain && words.main, coarse && words.coarse].filter(Boolean).join(" · ")}</small>
    </button>
  );
}

/**
 * The numbers of all actions: as dots with mean and spread, the best beside the worst, and as a table. Where the report
 * knows a measure's spread without the measurement's own error, it is that one.
 */
export function Comparison({ clip }: { clip: Clip }) {
  const words = t().reading.actions;
  const results = clip.results.value;
  const actions = actionsOf(results);
  const numbers = numbersOf(results).filter((of) =>
    actions.some(({ numbers }) => numbers.some(({ name }) => name === of.name)),
  );
  const { repeatability = [] } = results.report;
  const over = numbers.flatMap((of) => {
    const all = overAll(of.name, actions);
    return all ? [{ of, all: { ...all, ...repeatability.find(({ name }) => name === of.name) } }] : [];
  });
  const picked =
    over.find(({ of, all }) => of.name === clip.picked.value && all.best !== null) ??
    over.find(({ all }) => all.best !== null);
  return (
    <section class="numbers" aria-labelledby="actions">
      <h2 id="actions">{words.title}</h2>
      {repeatability.length > 0 && (
        <>
          <p class="lead">{words.repeatability}</p>
          <p class="small repeatability">
            {repeatability.map(({ name, title, unit, mean, spread }) => {
              const digits = digitsIn(numbers, name, unit);
              const summed = words.summed(quantity(mean, unit, digits), quantity(spread, unit, digits));
              return <span key={name}>{`${title}: ${summed}. `}</span>;
            })}
          </p>
        </>
      )}
      <div class="over card">
        {over.map(({ of, all }) => (
          <Dots key={of.name} clip={clip} of={of} all={all} />
        ))}
      </div>
      {picked && <BestAndWorst clip={clip} of={picked.of} all={picked.all} />}
      <Table clip={clip} actions={actions} numbers={numbers} />
    </section>
  );
}

const DOT = 5;
const HEIGHT = 28;
const LENGTH = 400;

/** Each action as a dot on one axis, over the band of mean and spread. */
function Dots({ clip, of, all }: { clip: Clip; of: Measured; all: Over }) {
  const words = t().reading.actions;
  const { title } = wordsOf(of, clip.results.value.pose.pose_summary);
  const values = all.of.map(({ value }) => value);
  const room = Math.max(1e-9, Math.max(...values) - Math.min(...values)) * 0.15;
  const span: Span = [
    Math.min(...values, all.mean - all.spread) - room,
    Math.max(...values, all.mean + all.spread) + room,
  ];
  const at = (value: number) => DOT + shareOf(value, span) * (LENGTH - 2 * DOT);
  const summed = words.summed(valueText(of, all.mean), valueText(of, all.spread));
  return (
    <div class="over-row">
      <h3>{title}</h3>
      <svg viewBox={`0 0 ${LENGTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${summed}`}>
        <rect
          class="over-spread"
          x={at(all.mean - all.spread)}
          y={4}
          width={at(all.mean + all.spread) - at(all.mean - all.spread)}
          height={HEIGHT - 8}
        />
        <line class="over-mean" x1={at(all.mean)} x2={at(all.mean)} y1={2} y2={HEIGHT - 2} />
        {inFront(all.of, clip.shown.value).map(({ index, value, score }) => (
          <circle
            key={index}
            class={[
              "over-dot",
              of.kind === "metric" && score === null && "unsure",
              clip.shown.value === index && "shown",
            ]
              .filter(Boolean)
              .join(" ")}
            cx={at(value)}
            cy={HEIGHT / 2}
            r={DOT}
          />
        ))}
      </svg>
      <p class="small">{summed}</p>
    </div>
  );
}

/** Drawn last, and so over the others, is the action that is shown. */
function inFront(of: Over["of"], shown: number | null): Over["of"] {
  return of.toSorted((a, b) => Number(a.index === shown) - Number(b.index === shown));
}

/** The key moment of both actions, side by side in one scale. */
function BestAndWorst({ clip, of, all }: { clip: Clip; of: Measured; all: Over }) {
  const words = t().reading.actions;
  const results = clip.results.value;
  const { title } = wordsOf(of, results.pose.pose_summary);
  const pair = [
    { index: all.best, says: words.best },
    { index: all.worst, says: words.worst },
  ].map(({ index, says }) => {
    const events = results.actions?.find((action) => action.index === index)?.events ?? [];
    const anchor = anchorOf(events);
    const step = anchor && (clip.steps[nearest(clip.steps, anchor.frame, ({ frame }) => frame)] ?? null);
    return { index: index ?? 0, says, step, number: all.of.find((one) => one.index === index) };
  });
  const views = closeUps(
    groundOf(clip.stills, results.pose.pose_summary),
    pair.map(({ step }) => step?.landmarks ?? null),
    SHAPE,
  );
  return (
    <div class="best-worst card">
      <h3>{words.compared(title)}</h3>
      <div class="pair">
        {pair.map(({ index, says, step, number }, place) => {
          const view = views[place];
          return (
            <figure key={says}>
              {clip.stills && step && view && <StillImage clip={clip} step={step} view={view} width={WIDTH} />}
              <figcaption>
                <button type="button" class="link" onClick={() => clip.choose(index)}>
                  {says}: {words.nth(index + 1)}
                </button>{" "}
                <b>{number && withError({ ...of, error: number.error }, number.value)}</b>
              </figcaption>
            </figure>
          );
        })}
      </div>
    </div>
  );
}

interface TableProps {
  clip: Clip;
  actions: readonly ActionSummary[];
  numbers: readonly Measured[];
}

function Table({ clip, actions, numbers }: TableProps) {
  const words = t().reading.actions;
  const summary = clip.results.value.pose.pose_summary;
  return (
    <div class="card table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.action}</th>
            <th scope="col">{words.time}</th>
            {numbers.map((of) => (
              <th key={of.name} scope="col" class={of.kind}>
                {wordsOf(of, summary).title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {actions.map(({ index, start_ms, numbers: measured }) => (
            <tr key={index}>
              <th scope="row">
                <button type="button" class="link" onClick={() => clip.choose(index)}>
                  {words.nth(index + 1)}
                </button>
              </th>
              <td>{seconds(start_ms)}</td>
              {numbers.map((of) => {
                const one = measured.find(({ name }) => name === of.name);
                return (
                  <td key={of.name} class={of.kind}>
                    {one ? withError({ ...of, error: one.error }, one.value) : t().reading.charts.none}
                    {one?.score === null && of.kind === "metric" && <small> {words.unsure}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
