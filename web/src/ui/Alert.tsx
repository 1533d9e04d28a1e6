import type { ComponentChildren } from "preact";

import type { Failure } from "../api/problem";
import { t } from "../strings/text";

/** What went wrong, said at once. */
export function Alert({ children }: { children: ComponentChildren }) {
  return (
    <p class="field-error" role="alert">
      {children}
    </p>
  );
}

/** What a failure means and what to do, in the middle of a form; nothing without one. */
export function FailureAlert({ failure }: { failure: Failure | null }) {
  if (!failure) return null;
  const { title, todo } = t().failures[failure.code];
  return (
    <Alert>
      {title}. {todo} {failure.requestId && t().common.requestId(failure.requestId)}
    </Alert>
  );
}
