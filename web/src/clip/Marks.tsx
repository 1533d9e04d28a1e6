import { useRef } from "preact/hooks";

import { t } from "../strings/text";
import type { Correction } from "./correction";
import { STEPS } from "./keys";
import { type Clip, nearest } from "./model";
import { lowered } from "./scale";
import { useSize } from "./useSize";
import { timeText } from "./words";

interface MarksProps {
  clip: Clip;
  correction: Correction;
  /** An older revision is read only. */
  fixed: boolean;
}

/** CSS pixels that a finger needs. */
const TARGET = 24;

/** The events on the slider. Each can be dragged, or moved by keys, to the frame where it really is. */
export function Marks({ clip, correction, fixed }: MarksProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const last = clip.steps.length - 1;
  const indexOf = (frame: number) => nearest(clip.steps, frame, (step) => step.frame);
  const spots = clip.events.value.map(({ name }) => {
    const at = correction.at(name);
    return at && last ? (width * indexOf(at.frame)) / last : 0;
  });
  const low = lowered(spots, TARGET);
  return (
    <div ref={box} class={low.includes(true) ? "marks in-two-rows" : "marks"}>
      {clip.events.value.map(({ name }, position) => {
        const at = correction.at(name);
        if (!at) return null;
        const index = indexOf(at.frame);
        const style = { left: `${last ? (index / last) * 100 : 0}%` };
        const classes = ["mark", low[position] && "low", correction.isMoved(name) && "moved"].filter(Boolean).join(" ");
        if (fixed) return <span key={name} class={classes} style={style} aria-hidden="true" />;
        const moveTo = (wanted: number) => {
          const step = clip.steps[Math.max(0, Math.min(last, wanted))];
          if (step && step.frame !== correction.at(name)?.frame) correction.move(name, step);
        };
        return (
          <div
            key={name}
            class={classes}
            style={style}
            role="slider"
            tabIndex={0}
            data-event={name}
            aria-label={t().stage.correction.mark(t().reading.events[name].short)}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={index}
            aria-valuetext={`${t().stage.frame(at.frame)}, ${timeText(clip, at.t_ms)}`}
            onKeyDown={(event) => {
              const by = STEPS[event.key];
              if (by === undefined) return;
              event.preventDefault();
              moveTo(index + by * (event.shiftKey ? 5 : 1));
            }}
            onPointerDown={(event) => {
              clip.playing.value = false;
              clip.showFrame(at.frame);
              drag(event, (share) => moveTo(Math.round(share * last)));
            }}
          />
        );
      })}
    </div>
  );
}

function drag(event: PointerEvent, moveTo: (share: number) => void): void {
  const mark = event.currentTarget;
  if (!(mark instanceof HTMLElement)) return;
  const track = mark.parentElement?.getBoundingClientRect();
  if (!track?.width) return;
  mark.setPointerCapture(event.pointerId);
  const moved = ({ clientX }: PointerEvent) => moveTo((clientX - track.left) / track.width);
  mark.addEventListener("pointermove", moved);
  mark.addEventListener("lostpointercapture", () => mark.removeEventListener("pointermove", moved), { once: true });
}
