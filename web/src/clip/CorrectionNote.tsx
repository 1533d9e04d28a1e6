import { t } from "../strings/text";
import type { Correction } from "./correction";
import { asksAgain, named } from "./moves";

/** Where a moved event stands, beside its mark: on its way, kept for later, refused, or overtaken by somebody else. */
export function CorrectionNote({ correction }: { correction: Correction }) {
  const words = t().stage.correction;
  const state = correction.state.value;
  return (
    <div class="correction-note" role="status">
      {state.is === "sending" && <p>{words.sending}</p>}
      {state.is === "held" && (
        <p>
          {words.held}{" "}
          <button type="button" class="link" onClick={() => correction.drop()}>
            {words.leave}
          </button>
        </p>
      )}
      {state.is === "refused" && (
        <p class="field-error">
          {words.refused(named(state.moves).map(([name]) => t().reading.events[name].short))} {inWords(state.message)}
        </p>
      )}
      {asksAgain(state) && (
        <p>
          {words.outdated}{" "}
          <button type="button" class="link" onClick={() => correction.repeat()}>
            {words.repeat}
          </button>{" "}
          <button type="button" class="link" onClick={() => correction.drop()}>
            {words.leave}
          </button>
        </p>
      )}
    </div>
  );
}

/** The API's sentence with the page's names of the events. */
function inWords(message: string): string {
  return Object.entries(t().reading.events).reduce(
    (words, [name, { short }]) => words.replaceAll(name, `“${short}”`),
    message,
  );
}
