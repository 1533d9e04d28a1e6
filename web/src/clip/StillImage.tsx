import { useLayoutEffect, useRef } from "preact/hooks";

import { drawImage } from "./drawing";
import type { Clip, Step } from "./model";
import { Skeleton } from "./Skeleton";
import { partOf, type View } from "./view";

interface StillImageProps {
  clip: Clip;
  step: Step;
  view: View;
  /** Width on the screen in CSS pixels; the height follows the view's shape. */
  width: number;
  /** What a screen reader says; without it the image is decoration. */
  label?: string;
}

/** One frame with its lines, for thumbnails, comparison and print. */
export function StillImage({ clip, step, view, width, label }: StillImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { strip } = clip;
  const height = (width * view.height) / view.width;
  const arrived = strip?.arrived.value;
  const { width: frameWidth, height: frameHeight } = clip.results.value.pose.pose_summary;
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !clip.stills) return;
    const image = strip?.now(step);
    const part = partOf(step, clip.stills, { width: frameWidth, height: frameHeight });
    drawImage(element, image instanceof ImageBitmap ? image : null, part, view);
    element.dataset.ready = String(image instanceof ImageBitmap);
  }, [arrived, step, view, width]);
  return (
    <span class="still" style={{ aspectRatio: `${view.width} / ${view.height}` }}>
      <canvas
        ref={canvas}
        width={Math.round(width * 2)}
        height={Math.round(height * 2)}
        data-frame={step.frame}
        {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
      />
      <svg viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} aria-hidden="true">
        <Skeleton landmarks={step.landmarks} unit={view.width / width} />
      </svg>
    </span>
  );
}
