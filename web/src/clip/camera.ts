import { signal } from "@preact/signals";

import { ZOOMS } from "./view";

const CLOSEST = ZOOMS[ZOOMS.length - 1] ?? 1;

/** How close the stage looks, and how far beside the player. */
export class Camera {
  readonly zoom = signal(1);
  /** Pixels of the frame from the player to the middle of the view. */
  readonly pan = signal<readonly [x: number, y: number]>([0, 0]);

  /** The next of the fixed steps, closer or farther. */
  step(direction: 1 | -1): void {
    const now = this.zoom.peek();
    const closer = ZOOMS.find((zoom) => zoom > now);
    const farther = ZOOMS.findLast((zoom) => zoom < now);
    this.#set((direction > 0 ? closer : farther) ?? now);
  }

  zoomBy(factor: number): void {
    this.#set(this.zoom.peek() * factor);
  }

  reset(): void {
    this.#set(1);
  }

  get isClosest(): boolean {
    return this.zoom.value >= CLOSEST;
  }

  #set(zoom: number): void {
    this.zoom.value = Math.max(1, Math.min(CLOSEST, zoom));
    if (this.zoom.peek() === 1) this.pan.value = [0, 0];
  }
}

interface Aim {
  /** Pixels of the frame in one of the screen. */
  unit: number;
  /** The camera's pan as far as the ground allows it. */
  pan: readonly [x: number, y: number];
}

/** A drag moves the view, two fingers or the wheel with Ctrl zoom it. Returns what ends it. */
export function listenToGestures(element: SVGSVGElement, camera: Camera, aim: () => Aim): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const fingers = new Map<number, readonly [x: number, y: number]>();
  const spread = () => {
    const [a, b] = fingers.values();
    return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
  };
  element.addEventListener(
    "pointerdown",
    (event) => {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const from = fingers.get(event.pointerId);
      if (!from) return;
      const before = spread();
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (before > 0) {
        camera.zoomBy(spread() / before);
      } else if (camera.zoom.peek() > 1) {
        const { unit, pan } = aim();
        camera.pan.value = [pan[0] - (event.clientX - from[0]) * unit, pan[1] - (event.clientY - from[1]) * unit];
      }
    },
    { signal },
  );
  element.addEventListener("lostpointercapture", ({ pointerId }) => fingers.delete(pointerId), { signal });
  element.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      camera.zoomBy(Math.exp(-event.deltaY / 100));
    },
    { signal, passive: false },
  );
  return () => leaving.abort();
}
