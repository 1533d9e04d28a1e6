import { useSignal } from "@preact/signals";

import { t } from "../strings/text";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";

/** The keys of the stage, behind a question mark. */
export function Help() {
  const open = useSignal(false);
  const words = t().stage.help;
  const close = () => {
    open.value = false;
  };
  return (
    <>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          open.value = true;
        }}
      >
        <Icon name="help" /> {words.title}
      </button>
      {open.value && (
        <Dialog title={words.title} onClose={close}>
          <dl class="keys">
            {words.keys.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <button type="button" class="button primary" onClick={close}>
            {t().common.close}
          </button>
        </Dialog>
      )}
    </>
  );
}
