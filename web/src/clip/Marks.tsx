import { t } from "../strings/text";
import type { Correction } from "./correction";
import { type Clip, nearest } from "./model";
import { timeText } from "./words";

interface MarksProps {
  clip: Clip;
  correction: Correction;
  /** An older revision is read only. */
  fixed: boolean;
}

/** The events on the slider. Each can be dragged, or moved by keys, to the frame where it really is. */
export function Marks({ clip, correction, fixed }: MarksProps) {
  const last = clip.steps.length - 1;
  return (
    <div class="marks">
      {clip.events.value.map(({ name }) => {
        const at = correction.at(name);
        if (!at) return null;
        const index = nearest(clip.steps, at.frame, ({ frame }) => frame);
        const to = (wanted: number) => {
          const step = clip.steps[Math.max(0, Math.min(last, wanted))];
          if (step && step.frame !== at.frame) correction.move(name, step);
        };
        const style = { left: `${last ? (index / last) * 100 : 0}%` };
        const { short } = t().reading.events[name];
        if (fixed) return <span key={name} class="mark" style={style} aria-hidden="true" />;
        return (
          <div
            key={name}
            class={correction.moved.value?.name === name ? "mark moved" : "mark"}
            style={style}
            role="slider"
            tabIndex={0}
            aria-label={t().stage.correction.mark(short)}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={index}
            aria-valuetext={`${t().stage.frame(at.frame)}, ${timeText(clip, at.t_ms)}`}
            aria-disabled={correction.sending.value}
            onKeyDown={(event) => {
              const moves: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
              const by = moves[event.key];
              if (by === undefined) return;
              event.preventDefault();
              to(index + by * (event.shiftKey ? 5 : 1));
            }}
            onPointerDown={(event) => drag(event, (share) => to(Math.round(share * last)))}
          />
        );
      })}
    </div>
  );
}

function drag(event: PointerEvent, moveTo: (share: number) => void): void {
  const mark = event.currentTarget as HTMLElement;
  const track = mark.parentElement?.getBoundingClientRect();
  if (!track?.width) return;
  mark.setPointerCapture(event.pointerId);
  const moved = ({ clientX }: PointerEvent) => moveTo((clientX - track.left) / track.width);
  mark.addEventListener("pointermove", moved);
  mark.addEventListener("lostpointercapture", () => mark.removeEventListener("pointermove", moved), { once: true });
}
