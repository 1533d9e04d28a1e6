import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { to, wasLeft } from "../routes";
import { t } from "../strings/text";
import { Ball } from "./Icon";

interface ShellProps {
  title: string;
  /** A second line under the title. */
  below?: ComponentChildren;
  /** Buttons at the right. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame of every view: the head, the view's actions and the content. */
export function Shell({ title, below, actions, children }: ShellProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A change of view takes the focus away with what had it: it goes to the name of the new one, which is heard there.
  useLayoutEffect(() => {
    if (wasLeft() && document.activeElement === document.body) heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${title} – ${t().product}`;
  }, [title]);
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        {t().common.skip}
      </button>
      <header class="head">
        <a class="brand" href={to.clips()} aria-label={t().product}>
          <Ball />
          <span aria-hidden="true">
            Cricksy <b>Coach Plus</b>
          </span>
        </a>
        <div class="head-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {below && <div class="head-below">{below}</div>}
        </div>
        {actions && <div class="head-actions">{actions}</div>}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

// A link would change the fragment, which is the routes'.
function focusContent(): void {
  document.getElementById("content")?.focus();
}
