import { useSignal } from "@preact/signals";

import { t } from "../strings/text";
import { expired, signIn } from "../token";
import { Dialog } from "./Dialog";

/** Covers the page until there is a token; what lies under it is kept. */
export function SignIn() {
  const value = useSignal("");
  const words = t().signIn;
  return (
    <Dialog title={words.title}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (value.value.trim()) signIn(value.value.trim());
        }}
      >
        {expired.value && <p role="alert">{words.expired}</p>}
        <label class="field">
          <span>{words.field}</span>
          <input
            type="password"
            autocomplete="off"
            required
            value={value.value}
            onInput={(event) => {
              value.value = event.currentTarget.value;
            }}
          />
          <small>{words.hint}</small>
        </label>
        <button type="submit" class="button primary">
          {words.submit}
        </button>
      </form>
    </Dialog>
  );
}
