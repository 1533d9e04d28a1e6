import type { Event } from "../api/types";
import { t } from "../strings/text";
import { type Clip, nearest } from "./model";
import { type Measured, numbersOf, valueAt } from "./numbers";
import { LEAST_CONFIDENCE } from "./verdict";
import { errorText, timeText, valueText, wordsOf } from "./words";

/** The events as pictures, each with the numbers of that moment. */
export function Moments({ clip }: { clip: Clip }) {
  const events = clip.events.value;
  if (!events.length) return null;
  return (
    <section class="moments" aria-label={t().reading.moments.title}>
      {events.map((event) => (
        <MomentCard key={event.name} clip={clip} event={event} />
      ))}
    </section>
  );
}

/** An event less sure than this is said to be so. */
const SURE_EVENT = 0.5;

function MomentCard({ clip, event }: { clip: Clip; event: Event }) {
  const words = t().reading;
  const { title } = words.events[event.name];
  const step = clip.steps[nearest(clip.steps, event.frame, ({ frame }) => frame)];
  const summary = clip.results.value.pose.pose_summary;
  const read = numbersOf(clip.results.value).flatMap((of) => {
    const value = of.confidence < LEAST_CONFIDENCE ? null : valueAtMoment(of, event);
    return value === null ? [] : [{ of, value }];
  });
  const doubt = event.source === "given" ? words.moments.set : event.confidence < SURE_EVENT && words.moments.unsure;
  return (
    <article class="card moment">
      <div class="moment-image">{step && <div class="still-placeholder" />}</div>
      <div class="moment-text">
        <h3>
          <button
            type="button"
            class="cover"
            aria-current={clip.step.value?.frame === event.frame ? "true" : undefined}
            onClick={() => clip.showMoment(event)}
          >
            {title}
          </button>
        </h3>
        <p class="small">
          {timeText(clip, event.t_ms)}
          {doubt && ` · ${doubt}`}
        </p>
        <dl class="moment-numbers">
          {read.map(({ of, value }) => (
            <div key={of.name}>
              <dt>{wordsOf(of, summary).title}</dt>
              <dd>
                <b>{valueText(of, value)}</b> <span>{errorText(of)}</span>
              </dd>
            </div>
          ))}
        </dl>
        {!read.length && <p class="small">{words.moments.nothing}</p>}
      </div>
    </article>
  );
}

/** A number has its value at one moment, or a curve through all of them. */
function valueAtMoment(of: Measured, event: Event): number | null {
  if (of.at?.frame === event.frame) return of.value;
  return valueAt(of.series, event.t_ms);
}
