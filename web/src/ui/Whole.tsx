import { to } from "../routes";
import { t } from "../strings/text";
import { Shell } from "./Shell";
import { State } from "./State";

interface WholeProps {
  title: string;
  todo: string;
  /** Whether a reload may bring the view back. */
  isBroken?: boolean;
}

/** A view that has nothing to show. */
export function Whole({ title, todo, isBroken = false }: WholeProps) {
  return (
    <Shell title={title}>
      <State icon="medium" title={title} todo={todo}>
        {isBroken && (
          <button type="button" class="button primary" onClick={() => location.reload()}>
            {t().common.reload}
          </button>
        )}
        <a class="button" href={to.clips()}>
          {t().common.back}
        </a>
      </State>
    </Shell>
  );
}
