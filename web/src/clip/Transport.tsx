import { useEffect } from "preact/hooks";

import { seconds } from "../format";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Seg } from "../ui/Seg";
import { CorrectionNote } from "./CorrectionNote";
import type { Correction } from "./correction";
import { listenToKeys } from "./keys";
import { Marks } from "./Marks";
import { type Clip, SPEEDS, type Speed } from "./model";
import { play } from "./play";
import { timeText } from "./words";

const SPEED_WORDS: Record<Speed, string> = { 0.1: "0.1×", 0.25: "¼×", 0.5: "½×", 1: "1×" };

/** What moves the stage: the slider with the events, steps, play and speed. */
export function Transport({ clip, correction }: { clip: Clip; correction: Correction }) {
  const words = t().stage;
  const step = clip.step.value;
  const playing = clip.playing.value;
  useEffect(() => listenToKeys(clip), [clip]);
  useEffect(() => {
    if (!playing) return;
    const { strip } = clip;
    return play(clip, () => {
      const shown = clip.step.peek();
      const image = shown && strip ? strip.now(shown) : "none";
      return image !== "decoding" && image !== "missing";
    });
  }, [clip, playing, clip.speed.value]);
  if (!step) return null;
  const isOld = clip.job.value.revision < clip.newest.value;
  const where = `${words.frame(step.frame)}, ${timeText(clip, step.t_ms)}`;
  return (
    <div class="transport">
      <div class="track">
        <input
          type="range"
          data-shows="time"
          min={0}
          max={clip.steps.length - 1}
          step={1}
          value={clip.index.value}
          aria-label={words.position}
          aria-valuetext={where}
          onInput={(event) => {
            clip.playing.value = false;
            clip.show(event.currentTarget.valueAsNumber);
          }}
        />
        <Marks clip={clip} correction={correction} fixed={isOld} />
      </div>
      <CorrectionNote correction={correction} />
      <div class="transport-row">
        <div class="transport-steps">
          <button type="button" class="button" aria-label={words.previous} onClick={() => clip.stepBy(-1)}>
            <Icon name="previous" />
          </button>
          <button
            type="button"
            class="button primary"
            aria-label={playing ? words.pause : words.play}
            onClick={() => {
              clip.playing.value = !playing;
            }}
          >
            <Icon name={playing ? "pause" : "play"} />
          </button>
          <button type="button" class="button" aria-label={words.next} onClick={() => clip.stepBy(1)}>
            <Icon name="next" />
          </button>
        </div>
        <div class="chips">
          {clip.events.value.map((event) => (
            <button
              key={event.name}
              type="button"
              class="button chip"
              data-event={event.name}
              aria-current={step.frame === event.frame ? "true" : undefined}
              onClick={() => clip.showMoment(event, clip.picked.value)}
            >
              <b>{t().reading.events[event.name].short}</b>
              <small>{words.chip(event.frame)}</small>
            </button>
          ))}
        </div>
        <p class="where">
          <b data-shows="frame">{words.frame(step.frame)}</b>
          <small>{seconds(step.t_ms)}</small>
        </p>
        <Seg
          quiet
          label={words.speed}
          options={SPEEDS.map((speed) => [String(speed), SPEED_WORDS[speed]] as const)}
          value={String(clip.speed.value)}
          onChange={(speed) => {
            clip.speed.value = SPEEDS.find((one) => String(one) === speed) ?? 1;
          }}
        />
      </div>
    </div>
  );
}
