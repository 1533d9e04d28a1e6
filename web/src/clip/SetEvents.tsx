import { t } from "../strings/text";
import type { Correction } from "./correction";
import type { Clip } from "./model";
import { eventsOf } from "./moves";

/** Sets an event to the frame shown, also one that was not found, and gives a moved one back to the analysis. */
export function SetEvents({ clip, correction }: { clip: Clip; correction: Correction }) {
  const words = t().stage.correction;
  const step = clip.step.value;
  const { actions, pose } = clip.results.value;
  const action = actions?.find(({ index }) => index === clip.action.value);
  const names = eventsOf((action ?? pose.pose_summary).discipline);
  if (!step || !names.length || !clip.steps.some(({ landmarks }) => landmarks)) return null;
  return (
    <details class="set-events">
      <summary class="button quiet">{words.title}</summary>
      <div class="set-events-list card">
        <p class="small">{words.hint}</p>
        {names.map((name) => {
          const event = clip.event(name);
          const { title } = t().reading.events[name];
          return (
            <div key={name}>
              <span>
                <b>{title}</b> <small>{event ? words.at(event.frame, event.source === "given") : words.missing}</small>
              </span>
              <button
                type="button"
                class="button"
                disabled={event?.frame === step.frame}
                aria-label={`${title}: ${words.setHere(step.frame)}`}
                onClick={() => correction.move(name, step)}
              >
                {words.setHere(step.frame)}
              </button>
              {event?.source === "given" && (
                <button
                  type="button"
                  class="button quiet"
                  aria-label={`${title}: ${words.revert}`}
                  onClick={() => correction.revert(name)}
                >
                  {words.revert}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </details>
  );
}
