import type { ComponentChildren } from "preact";

import { t } from "../strings/text";
import { Dialog } from "./Dialog";

interface ConfirmProps {
  title: string;
  yes: string;
  no?: string;
  /** Nothing can be decided yet, or it is being done. */
  isBusy?: boolean;
  onYes: () => void;
  onNo: () => void;
  /** What goes with it. */
  children: ComponentChildren;
}

/** Asks before something is lost. */
export function Confirm({ title, yes, no = t().common.cancel, isBusy = false, onYes, onNo, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onNo}>
      {children}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onNo}>
          {no}
        </button>
        <button type="button" class="button danger" disabled={isBusy} onClick={onYes}>
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
