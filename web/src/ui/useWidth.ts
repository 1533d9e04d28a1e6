import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** The width of an element in CSS pixels, kept up to date; `fallback` until it is laid out. */
export function useWidth(element: RefObject<HTMLElement | null>, fallback: number): number {
  const width = useSignal(fallback);
  useEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const observer = new ResizeObserver(() => {
      width.value = watched.clientWidth || fallback;
    });
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return width.value;
}
