import { useEffect, useMemo } from "preact/hooks";

import { useLoaded } from "../api/useLoaded";
import { jobsSince } from "../clips/jobs";
import { comparable } from "../clips/numbered";
import { sessionsOf } from "../clips/pages";
import { ClipPictures } from "../clips/SessionClips";
import { Sessions } from "../clips/sessions";
import { date } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { FailureState, Pending, State } from "../ui/State";

/** The clips that the one at hand can be compared with, by their sessions, newest first. */
export function Chooser({ left }: { left: string }) {
  const sessions = useMemo(() => new Sessions({ player: "", status: "" }), []);
  useEffect(() => {
    sessions.start();
    return () => sessions.stop();
  }, []);
  const pages = sessions.pages.value;
  const listed = sessionsOf(pages ?? []);
  const oldest = listed.at(-1);
  const groups = useLoaded(
    async (signal) => {
      if (!pages) return null;
      // No job is older than its session.
      const jobs = oldest ? await jobsSince(oldest.created_at, signal) : [];
      return listed.flatMap((session) => {
        const clips = comparable(jobs, session.session_id, left);
        return clips.length ? [{ session, clips }] : [];
      });
    },
    [pages === null, oldest?.session_id],
  );

  const words = t().compare;
  if (sessions.failure.value) {
    return <FailureState failure={sessions.failure.value} onAgain={() => void sessions.older()} />;
  }
  if (!pages || !groups.found || groups.failure) return <Pending of={groups} />;
  const hasMore = pages.at(-1)?.next_cursor != null;
  if (!groups.found.length && !hasMore) {
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
      {groups.found.map(({ session: { session_id, title, player_ids, created_at }, clips }) => (
        <section key={session_id} class="card">
          <h3>{title}</h3>
          <p class="small">{[player_ids.join(", "), date(created_at)].filter(Boolean).join(" · ")}</p>
          <ClipPictures title={title} clips={clips} address={(job) => to.compare(left, job)} />
        </section>
      ))}
      {hasMore && (
        <button type="button" class="button" onClick={() => void sessions.older()}>
          {t().list.older}
        </button>
      )}
    </section>
  );
}
