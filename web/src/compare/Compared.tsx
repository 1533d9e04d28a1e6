import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { EventName } from "../api/types";
import { listenToKeys } from "../clip/keys";
import { type Clip, nearest } from "../clip/model";
import { date, number, time } from "../format";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Seg } from "../ui/Seg";
import { type Aligned, offsetsOf, sharedEvents } from "./align";
import { Curves } from "./Curves";
import { Differences } from "./Differences";
import { Ghost, Pane } from "./Pane";

/** What the clips are told apart by: their titles, or, in one session, the day or the time that they were sent. */
function namesOf(left: Clip, right: Clip): readonly [left: string, right: string] {
  const sent = (clip: Clip) => clip.job.value.created_at;
  const ways = [(clip: Clip) => clip.session.title, (clip: Clip) => date(sent(clip)), (clip: Clip) => time(sent(clip))];
  const name = ways.find((way) => way(left) !== way(right)) ?? (({ session }: Clip) => session.title);
  return [name(left), name(right)];
}

type Way = "beside" | "ghost";

/** Two clips in step around an event that both have, with the body in the same size. */
export function Compared({ left, right }: { left: Clip; right: Clip }) {
  const words = t().compare;
  const shared = sharedEvents(left.events.value, right.events.value);
  const event = useSignal<EventName | null>(shared.includes("ball_release") ? "ball_release" : (shared.at(-1) ?? null));
  const way = useSignal<Way>("beside");
  const index = useSignal(0);

  const linedUp = (name: EventName | null) => {
    const of = (clip: Clip): Aligned => ({
      steps: clip.steps,
      anchor: (name && clip.event(name)?.t_ms) ?? clip.steps[0]?.t_ms ?? 0,
    });
    const aligned = { left: of(left), right: of(right) };
    return { aligned, offsets: offsetsOf(aligned.left, aligned.right) };
  };
  const { aligned, offsets } = linedUp(event.value);
  const offset = offsets[index.value] ?? 0;
  const show = (wanted: number) => {
    index.value = Math.max(0, Math.min(offsets.length - 1, wanted));
  };
  const stepBy = (count: number) => show(index.value + count);
  const lineUp = (name: EventName | null) => {
    event.value = name;
    index.value = nearest(linedUp(name).offsets, 0, (one) => one);
  };
  useEffect(() => lineUp(event.peek()), []);
  useEffect(() => listenToKeys({ stepBy }), [offsets.length]);

  const anchor = event.value ? t().reading.events[event.value].at : words.start;
  const where = t().reading.fromAnchor(number(Math.abs(offset), 0), Math.sign(Math.round(offset)), anchor);
  const names = namesOf(left, right);
  return (
    <div class="compare">
      <section class="card compare-stage" aria-label={words.pictures}>
        <div class={`panes ${way.value}`}>
          {way.value === "ghost" ? (
            <Ghost left={left} right={right} aligned={aligned} offset={offset} names={names} />
          ) : (
            <>
              <Pane clip={left} aligned={aligned.left} offset={offset} name={names[0]} />
              <Pane clip={right} aligned={aligned.right} offset={offset} name={names[1]} />
            </>
          )}
        </div>
        <div class="transport">
          <div class="track">
            <input
              type="range"
              min={0}
              max={offsets.length - 1}
              value={index.value}
              aria-label={t().stage.position}
              aria-valuetext={where}
              onInput={(moved) => show(moved.currentTarget.valueAsNumber)}
            />
          </div>
          <div class="transport-row">
            <div class="transport-steps">
              <button type="button" class="button" aria-label={t().stage.previous} onClick={() => stepBy(-1)}>
                <Icon name="previous" />
              </button>
              <button type="button" class="button" aria-label={t().stage.next} onClick={() => stepBy(1)}>
                <Icon name="next" />
              </button>
            </div>
            <div class="chips">
              {shared.map((name) => (
                <button
                  key={name}
                  type="button"
                  class="button chip"
                  aria-pressed={event.value === name}
                  onClick={() => lineUp(name)}
                >
                  <b>{t().reading.events[name].short}</b>
                  <small>{event.value === name ? words.linedUp : words.lineUp}</small>
                </button>
              ))}
            </div>
            <p class="where">
              <b>{where}</b>
              {shared.length === 0 && <small>{words.noEvent}</small>}
            </p>
            <Seg
              quiet
              label={words.way}
              options={[
                ["beside", words.beside],
                ["ghost", words.ghost],
              ]}
              value={way.value}
              onChange={(chosen) => {
                way.value = chosen;
              }}
            />
          </div>
        </div>
        <Curves left={left} right={right} aligned={aligned} offset={offset} names={names} />
      </section>
      <Differences left={left} right={right} names={names} />
    </div>
  );
}
