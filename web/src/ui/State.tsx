import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { isPassing } from "../api/client";
import type { Failure } from "../api/problem";
import type { useLoaded } from "../api/useLoaded";
import { route, to } from "../routes";
import { t } from "../strings/text";
import { Icon, type IconName } from "./Icon";

interface StateProps {
  icon: IconName;
  title: string;
  /** What happened, or what to do: one or two sentences. */
  todo?: string;
  tone?: "good" | "low" | "medium" | "high" | "none";
  /** At most two actions, and small print. */
  children?: ComponentChildren;
}

/** A whole view, or a card, that has nothing else to show. */
export function State({ icon, title, todo, tone = "none", children }: StateProps) {
  return (
    <section class={`state tone-${tone}`}>
      <span class="state-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {todo && <p>{todo}</p>}
      {children && <div class="state-actions">{children}</div>}
    </section>
  );
}

/** Milliseconds until a failure that passes by itself is tried once more, where nothing says sooner. */
const AGAIN_MS = 15_000;

/** What a failure means and what to do; `onAgain` where another try may help. It is called where the words say so. */
export function FailureState({ failure, onAgain }: { failure: Failure; onAgain?: () => void }) {
  useEffect(() => {
    if (!onAgain || !isPassing(failure)) return;
    const timer = setTimeout(onAgain, AGAIN_MS);
    addEventListener("online", onAgain);
    return () => {
      clearTimeout(timer);
      removeEventListener("online", onAgain);
    };
  }, [failure]);
  const words = t().failures[failure.code];
  const icon = failure.code === "network" ? "offline" : "medium";
  return (
    <State icon={icon} title={words.title} todo={words.todo} tone="medium">
      {onAgain && (
        <button type="button" class="button primary" onClick={onAgain}>
          <Icon name="retry" /> {t().common.again}
        </button>
      )}
      {route.value.view !== "clips" && (
        <a class="button" href={to.clips()}>
          {t().common.back}
        </a>
      )}
      {failure.requestId && <p class="small">{t().common.requestId(failure.requestId)}</p>}
    </State>
  );
}

/** What a view shows that has not loaded yet, or cannot. */
export function Pending({ of: { failure, held, again } }: { of: ReturnType<typeof useLoaded> }) {
  if (failure) return <FailureState failure={failure} onAgain={again} />;
  if (held) return <FailureState failure={held} />;
  return <div class="stage-placeholder" aria-busy="true" />;
}
