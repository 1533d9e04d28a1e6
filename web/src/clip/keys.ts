import type { Clip } from "./model";

/** What the keys move: a clip, or two that run in step. */
type Moved = Pick<Clip, "stepBy"> & Partial<Pick<Clip, "playing">>;

/** Keys that move through the clip wherever the focus is, but in what takes them itself. Returns what undoes it. */
export function listenToKeys(moved: Moved): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target, event.key))
      return;
    const by = ACROSS[event.key];
    if (by !== undefined) moved.stepBy(event.shiftKey ? by * 5 : by);
    else if (event.key === " " && moved.playing) moved.playing.value = !moved.playing.value;
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

const ACROSS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Steps by the keys of a slider. */
export const STEPS: typeof ACROSS = { ...ACROSS, ArrowDown: -1, ArrowUp: 1 };

const FIELDS = "input, select, textarea, [contenteditable], [role=slider], [role=listbox], dialog, [popover]";
const PRESSED_BY_SPACE = "button, a, summary, [role=button]";

function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(key === " " ? `${FIELDS}, ${PRESSED_BY_SPACE}` : FIELDS) !== null;
}
