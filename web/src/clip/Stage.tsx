import { computed, effect, type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { t } from "../strings/text";
import { Icon, type IconName } from "../ui/Icon";
import { AngleTool } from "./AngleTool";
import { Camera, listenToGestures } from "./camera";
import { drawImage } from "./drawing";
import { jointsOf } from "./joints";
import type { Clip, Step } from "./model";
import { Overlay } from "./Overlay";
import { Skeleton } from "./Skeleton";
import { useSize } from "./useSize";
import { groundOf, partOf, playerAt, zoomed } from "./view";
import { timeText } from "./words";

const AHEAD = 3;

/** The frame and its lines. Both are of the same step, always: neither is drawn without the other. */
export function Stage({ clip }: { clip: Clip }) {
  const { strip } = clip;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const svg = useRef<SVGSVGElement>(null);
  const camera = useMemo(() => new Camera(), [clip]);
  const lines = useSignal(true);
  const measuring = useSignal(false);
  const frame = clip.results.value.pose.pose_summary;
  const ground = groundOf(clip.stills, frame);

  // While an image is being decoded, the step before stays: its image and its lines.
  const last = useRef<Step | null>(null);
  const drawn = useMemo(
    () =>
      computed(() => {
        void strip?.arrived.value;
        const step = clip.step.value;
        if (step && strip?.now(step) !== "decoding") last.current = step;
        return last.current ?? step;
      }),
    [clip],
  );
  useEffect(
    () =>
      effect(() => {
        const index = clip.index.value;
        void strip?.arrived.value;
        for (let ahead = -AHEAD; ahead <= AHEAD; ahead++) {
          const neighbour = clip.steps[index + ahead];
          if (neighbour) strip?.now(neighbour);
        }
      }),
    [clip],
  );

  // An image that arrives changes what is drawn of the same step.
  void strip?.arrived.value;
  const step = drawn.value;
  const index = step ? clip.steps.indexOf(step) : 0;
  const centre = playerAt(clip.steps, index) ?? [ground.x + ground.width / 2, ground.y + ground.height / 2];
  const shape = size.width && size.height ? size.width / size.height : ground.width / ground.height;
  const view = zoomed(ground, camera.zoom.value, centre, camera.pan.value, shape);
  const unit = view.width / Math.max(1, size.width);
  const aim = useRef({ unit, pan: camera.pan.peek() });
  aim.current = { unit, pan: [view.x + view.width / 2 - centre[0], view.y + view.height / 2 - centre[1]] };
  const found = step ? (strip?.now(step) ?? "none") : "none";
  const image = found instanceof ImageBitmap ? found : null;
  const ready = step === clip.step.value && found !== "missing" && found !== "decoding";

  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !step) return;
    const sharp = Math.min(2, devicePixelRatio);
    const [width, height] = [Math.round(size.width * sharp), Math.round(size.height * sharp)];
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    const part = clip.stills ? partOf(step, clip.stills, frame) : ground;
    drawImage(element, image, part, view);
    element.dataset.frame = String(step.frame);
    element.dataset.ready = String(ready);
  });

  const isShown = step !== null;
  useEffect(() => {
    if (svg.current) return listenToGestures(svg.current, camera, () => aim.current);
  }, [camera, isShown]);

  if (!step) {
    return (
      <p class="stage-empty">
        <Icon name="person" /> {t().stage.nothing}
      </p>
    );
  }
  const words = t().stage;
  const zoomText = `${Math.round(camera.zoom.value * 10) / 10}×`;
  const label = `${words.frame(step.frame)}, ${timeText(clip, step.t_ms)}`;
  return (
    <div class="stage" ref={box} style={{ aspectRatio: `${ground.width} / ${ground.height}` }}>
      <canvas ref={canvas} role="img" aria-label={label} />
      <svg
        ref={svg}
        class={camera.zoom.value > 1 ? "zoomed" : undefined}
        data-frame={step.frame}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        aria-hidden="true"
      >
        {lines.value && (
          <>
            <Skeleton
              landmarks={step.landmarks}
              unit={unit}
              marked={clip.picked.value ? jointsOf(clip.picked.value, frame) : []}
            />
            <Overlay clip={clip} step={step} unit={unit} />
          </>
        )}
      </svg>
      {measuring.value && <AngleTool view={view} unit={unit} landmarks={step.landmarks} />}
      <span class="stage-label">{timeText(clip, step.t_ms)}</span>
      {found === "missing" && (
        <span class="stage-note">{strip?.trouble.value ? words[strip.trouble.value] : words.loading}</span>
      )}
      {!strip && <span class="stage-note">{words.noImages}</span>}
      {step.still?.repeated && <span class="stage-note">{words.repeated}</span>}
      <div class="stage-tools">
        <button
          type="button"
          aria-label={words.zoomOut}
          disabled={camera.zoom.value === 1}
          onClick={() => camera.step(-1)}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          class="stage-zoom"
          aria-label={words.zoomReset(zoomText)}
          disabled={camera.zoom.value === 1}
          onClick={() => camera.reset()}
        >
          {zoomText}
        </button>
        <button type="button" aria-label={words.zoomIn} disabled={camera.isClosest} onClick={() => camera.step(1)}>
          <Icon name="plus" />
        </button>
        <Toggle label={words.angle} icon="angle" on={measuring} />
        <Toggle label={words.lines} icon="person" on={lines} />
      </div>
      {lines.value && step.landmarks && (
        <ul class="stage-legend" aria-label={words.legend}>
          <li class="left">{words.left}</li>
          <li class="right">{words.right}</li>
          <li class="hidden">{words.hidden}</li>
        </ul>
      )}
    </div>
  );
}

function Toggle({ label, icon, on }: { label: string; icon: IconName; on: Signal<boolean> }) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={on.value}
      onClick={() => {
        on.value = !on.value;
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
