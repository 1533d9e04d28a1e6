import { useEffect, useMemo } from "preact/hooks";

import { sessionsOf } from "../clips/pages";
import { Sessions } from "../clips/sessions";
import { date } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { FailureState, State } from "../ui/State";

/** The clips that the one at hand can be compared with, newest first. */
export function Chooser({ left }: { left: string }) {
  const sessions = useMemo(() => new Sessions({ player: "", status: "ready" }), []);
  useEffect(() => {
    sessions.start();
    return () => sessions.stop();
  }, []);

  const words = t().compare;
  const failure = sessions.failure.value;
  if (failure) return <FailureState failure={failure} onAgain={() => void sessions.older()} />;
  const pages = sessions.pages.value;
  const found = sessionsOf(pages ?? []).filter(({ job }) => job && job.job_id !== left);
  const hasMore = pages?.at(-1)?.next_cursor != null;
  if (pages && !found.length && !hasMore) {
    return (
      <State icon="compare" {...words.nothing}>
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
        {found.map(({ session_id, title, player_ids, created_at, job }) => (
          <li key={session_id}>
            <a class="card" href={to.compare(left, job?.job_id)}>
              <b>{title}</b>
              <small>{[player_ids.join(", "), date(created_at)].filter(Boolean).join(" · ")}</small>
            </a>
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" class="button" onClick={() => void sessions.older()}>
          {t().list.older}
        </button>
      )}
    </section>
  );
}
