import type { Clip } from "./model";

/** Milliseconds of the clip that have passed after `elapsed` milliseconds of the day, at `speed`. */
export function frameAfter(clip: Pick<Clip, "steps">, from: number, elapsed: number, speed: number): number {
  const began = clip.steps[from]?.t_ms ?? 0;
  let index = from;
  for (let next = clip.steps[index + 1]; next && next.t_ms - began <= elapsed * speed; next = clip.steps[index + 1]) {
    index++;
  }
  return index;
}

/**
 * Plays from the frame shown, by the frames' own times, until the end or until `clip.playing` is false. It waits for an
 * image that is not there yet instead of showing another frame's. Returns what ends it.
 */
export function play(clip: Clip, isReady: () => boolean): () => void {
  let from = clip.index.peek();
  if (from === clip.steps.length - 1) {
    clip.show(0);
    from = 0;
  }
  let began = performance.now();
  let request = requestAnimationFrame(turn);
  function turn(now: number): void {
    if (isReady()) {
      const index = frameAfter(clip, from, now - began, clip.speed.peek());
      if (index !== clip.index.peek()) clip.show(index);
    } else {
      from = clip.index.peek();
      began = now;
    }
    if (clip.index.peek() === clip.steps.length - 1) clip.playing.value = false;
    else request = requestAnimationFrame(turn);
  }
  return () => cancelAnimationFrame(request);
}
