import { t } from "../strings/text";
import { Shell } from "./Shell";
import { State } from "./State";

/** A view that only a reload can bring back. */
export function Whole({ title, todo }: { title: string; todo: string }) {
  return (
    <Shell title={title}>
      <State icon="medium" title={title} todo={todo}>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          {t().common.reload}
        </button>
      </State>
    </Shell>
  );
}
