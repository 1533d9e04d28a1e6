import type { Event } from "../api/types";
import { t } from "../strings/text";
import { closeUps } from "./closeUp";
import { type Clip, nearest, type Step } from "./model";
import { type Measured, numbersOf, valueAt } from "./numbers";
import { StillImage } from "./StillImage";
import { LEAST_CONFIDENCE } from "./verdict";
import { groundOf, type View } from "./view";
import { errorText, timeText, valueText, wordsOf } from "./words";

/** Width over height of the pictures. */
const SHAPE = 1.5;
/** CSS pixels: as wide as they get on paper. */
const WIDTH = 228;

/** The events as pictures, each with the numbers of that moment. */
export function Moments({ clip }: { clip: Clip }) {
  const events = clip.events.value;
  if (!events.length) return null;
  const shown = events.map((event) => ({
    event,
    step: clip.steps[nearest(clip.steps, event.frame, ({ frame }) => frame)] ?? null,
  }));
  const ground = groundOf(clip.stills, clip.results.value.pose.pose_summary);
  const views = closeUps(
    ground,
    shown.map(({ step }) => step?.landmarks ?? null),
    SHAPE,
  );
  return (
    <section class="moments" aria-label={t().reading.moments.title}>
      {shown.map(({ event, step }, position) => (
        <MomentCard key={event.name} clip={clip} event={event} step={step} view={views[position]} />
      ))}
    </section>
  );
}

/** More numbers than these are not read at a glance. */
const NUMBERS = 5;

/** An event less sure than this is said to be so. */
const SURE_EVENT = 0.5;

interface MomentProps {
  clip: Clip;
  event: Event;
  step: Step | null;
  view: View | undefined;
}

function MomentCard({ clip, event, step, view }: MomentProps) {
  const words = t().reading;
  const isShown = clip.step.value?.frame === event.frame;
  const { title } = words.events[event.name];
  const summary = clip.results.value.pose.pose_summary;
  const read = numbersOf(clip.results.value).flatMap((of) => {
    const value = of.confidence < LEAST_CONFIDENCE ? null : valueAtMoment(of, event);
    return value === null ? [] : [{ of, value }];
  });
  const doubt = event.source === "given" ? words.moments.set : event.confidence < SURE_EVENT && words.moments.unsure;
  return (
    <article class="card moment">
      {step && view && (
        <div class="moment-image">
          <StillImage clip={clip} step={step} view={view} width={WIDTH} />
        </div>
      )}
      <div class="moment-text">
        <h3>
          <button
            type="button"
            class="cover"
            aria-current={isShown ? "true" : undefined}
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
          {read.slice(0, NUMBERS).map(({ of, value }) => (
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

/** A number has its value at one moment, or a curve through all of them; a measure is named after its own moment. */
function valueAtMoment(of: Measured, event: Event): number | null {
  if (of.at?.frame === event.frame) return of.value;
  return of.kind === "measure" ? null : valueAt(of.series, event.t_ms);
}
