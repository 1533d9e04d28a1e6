import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DropProps {
  label: ComponentChildren;
  /** Classes of what opens it. */
  class: string;
  children: ComponentChildren;
}

/** A button that opens a small panel under itself; Escape, a choice or a look elsewhere closes it. */
export function Drop({ label, class: classes, children }: DropProps) {
  const details = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (details.current) details.current.open = false;
  };
  /** The focus must not stay on what is hidden. */
  const closeAndReturn = () => {
    close();
    details.current?.querySelector("summary")?.focus();
  };
  useEffect(() => {
    const pressed = ({ target }: Event) => {
      if (target instanceof Node && !details.current?.contains(target)) close();
    };
    document.addEventListener("pointerdown", pressed);
    return () => document.removeEventListener("pointerdown", pressed);
  }, []);
  return (
    <details
      ref={details}
      class="drop"
      onKeyDown={({ key }) => {
        if (key === "Escape") closeAndReturn();
      }}
      onClick={({ target }) => {
        if (target instanceof Element && target.closest(".drop-panel button")) closeAndReturn();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !details.current?.contains(relatedTarget)) close();
      }}
    >
      <summary class={classes}>{label}</summary>
      <div class="drop-panel">{children}</div>
    </details>
  );
}
