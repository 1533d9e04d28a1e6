import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { failureFrom } from "../api/problem";
import { route } from "../routes";
import { t } from "../strings/text";
import { Icon } from "./Icon";

interface Message {
  text: string;
  undo: (() => void) | null;
}

const SHOWN_MS = 12_000;

const shown = signal<Message | null>(null);
let timer = 0;

/** Says something at the lower edge; a screen reader says it when it is free. What can be undone stays in sight. */
export function toast(text: string, undo: (() => void) | null = null): void {
  clearTimeout(timer);
  shown.value = { text, undo };
  if (!undo) timer = window.setTimeout(dismiss, SHOWN_MS);
}

/** Says in passing what a failed call means. */
export function toastFailure(error: unknown): void {
  toast(t().failures[failureFrom(error).code].title);
}

export function dismiss(): void {
  shown.value = null;
}

export function Toast() {
  // What it says belongs to the view that is left.
  useEffect(
    () =>
      effect(() => {
        void route.value;
        dismiss();
      }),
    [],
  );
  const message = shown.value;
  const undo = message?.undo;
  return (
    <div class="toast-area" role="status">
      {message && (
        <div class="toast">
          <span>{message.text}</span>
          {undo && (
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                dismiss();
                undo();
              }}
            >
              {t().common.undo}
            </button>
          )}
          <button type="button" class="button quiet" aria-label={t().common.close} onClick={dismiss}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
