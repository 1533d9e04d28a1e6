import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

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
  return (
    <details
      ref={details}
      class="drop"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        details.current?.querySelector("summary")?.focus();
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
