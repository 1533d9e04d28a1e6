import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { api, bodyOf, repeated } from "../api/client";
import { Failure } from "../api/problem";
import type { ListedSession } from "../api/types";
import { date } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { FailureState, State } from "../ui/State";

const PAGE = 50;

/** The clips that the one at hand can be compared with, newest first. */
export function Chooser({ left }: { left: string }) {
  const found = useSignal<ListedSession[]>([]);
  const cursor = useSignal<string | null>(null);
  const failure = useSignal<Failure | null>(null);
  const loaded = useSignal(false);
  const more = async () => {
    failure.value = null;
    const query = { status: "ready" as const, limit: PAGE, ...(cursor.value ? { cursor: cursor.value } : {}) };
    try {
      const page = await repeated(() => bodyOf(api.GET("/api/coaches/plus/sessions", { params: { query } })));
      found.value = [...found.value, ...page.items.filter(({ job }) => job && job.job_id !== left)];
      cursor.value = page.next_cursor;
      loaded.value = true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure.value = error;
    }
  };
  useEffect(() => void more(), []);

  const words = t().compare;
  if (failure.value) return <FailureState failure={failure.value} onAgain={() => void more()} />;
  if (loaded.value && found.value.length === 0) {
    return (
      <State icon="compare" title={words.nothing.title} todo={words.nothing.todo}>
        <a class="button primary" href={to.newClip()}>
          <Icon name="plus" /> {t().upload.title}
        </a>
      </State>
    );
  }
  return (
    <section class="chooser">
      <h2>{words.choose}</h2>
      <ul>
        {found.value.map(({ session_id, title, player_ids, created_at, job }) => (
          <li key={session_id}>
            <a class="card" href={to.compare(left, job?.job_id)}>
              <b>{title}</b>
              <small>{[player_ids.join(", "), date(created_at)].filter(Boolean).join(" · ")}</small>
            </a>
          </li>
        ))}
      </ul>
      {cursor.value && (
        <button type="button" class="button" onClick={() => void more()}>
          {t().list.older}
        </button>
      )}
    </section>
  );
}
