import type { Clip } from "./model";

/** Keys that move through the clip wherever the focus is, but in what takes them itself. Returns what undoes it. */
export function listenToKeys(clip: Clip): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target, event.key))
      return;
    if (!move(clip, event.key, event.shiftKey ? 5 : 1)) return;
    event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

/** Does what a key says; returns whether it says anything. */
export function move(clip: Clip, key: string, count: number): boolean {
  switch (key) {
    case "ArrowLeft":
      clip.stepBy(-count);
      return true;
    case "ArrowRight":
      clip.stepBy(count);
      return true;
    case "Home":
      clip.stepBy(Number.NEGATIVE_INFINITY);
      return true;
    case "End":
      clip.stepBy(Number.POSITIVE_INFINITY);
      return true;
    case " ":
      clip.playing.value = !clip.playing.value;
      return true;
    default:
      return false;
  }
}

const FIELDS = "input, select, textarea, [contenteditable], [role=slider], [role=listbox], dialog, [popover]";
const PRESSED_BY_SPACE = "button, a, summary, [role=button]";

export function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(key === " " ? `${FIELDS}, ${PRESSED_BY_SPACE}` : FIELDS) !== null;
}
