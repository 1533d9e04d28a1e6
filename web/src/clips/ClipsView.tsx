import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import type { ListedSession } from "../api/schema";
import { go, to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { FailureState, State } from "../ui/State";
import { toast } from "../ui/Toast";
import { DeleteSession } from "./DeleteSession";
import { EditSession } from "./EditSession";
import { Finder } from "./Finder";
import { Foot } from "./Foot";
import type { Picks } from "./PickBox";
import { type Filter, matches, sessionsOf } from "./pages";
import { SessionRow } from "./SessionRow";
import { Sessions } from "./sessions";

/** All sessions, newest first. */
export function ClipsView() {
  const filter = useSignal<Filter>({ player: "", status: "" });
  const search = useSignal("");
  const words = t().list;
  const actions = (
    <a class="button primary" href={to.newClip()}>
      <Icon name="plus" /> <span>{t().upload.title}</span>
    </a>
  );
  return (
    <Shell title={words.title} actions={actions}>
      <div class="list">
        <Finder
          filter={filter.value}
          search={search.value}
          onFilter={(chosen) => {
            filter.value = chosen;
          }}
          onSearch={(text) => {
            search.value = text;
          }}
        />
        <List
          key={JSON.stringify(filter.value)}
          filter={filter.value}
          search={search.value.trim()}
          isFiltered={filter.value.player !== "" || filter.value.status !== ""}
        />
        <Foot />
      </div>
    </Shell>
  );
}

interface Picked {
  job_id: string;
  session_id: string;
}

function List({ filter, search, isFiltered }: { filter: Filter; search: string; isFiltered: boolean }) {
  const sessions = useMemo(() => new Sessions(filter), []);
  const picked = useSignal<readonly Picked[]>([]);
  const edited = useSignal<ListedSession | null>(null);
  const deleted = useSignal<ListedSession | null>(null);
  useEffect(() => {
    sessions.start();
    return () => sessions.stop();
  }, []);

  const words = t().list;
  const pages = sessions.pages.value;
  const failure = sessions.failure.value;
  if (!pages) {
    if (failure) return <FailureState failure={failure} onAgain={() => void sessions.older()} />;
    if (sessions.held.value) return <FailureState failure={sessions.held.value} />;
    return <p class="list-loading">{words.loading} …</p>;
  }
  const all = sessionsOf(pages);
  const found = search ? all.filter((session) => matches(session, search)) : all;
  const hasMore = pages.at(-1)?.next_cursor != null;
  const picks: Picks = {
    has: (job_id) => picked.value.some((one) => one.job_id === job_id),
    toggle: (job_id, session_id) => {
      const others = picked.value.filter((one) => one.job_id !== job_id);
      // A third choice takes the place of the first.
      picked.value = picks.has(job_id) ? others : [...others.slice(-1), { job_id, session_id }];
    },
  };
  if (all.length === 0 && !isFiltered) return <Empty />;
  return (
    <>
      {search && hasMore && <p class="small">{words.searchHint(all.length)}</p>}
      {found.length === 0 && <State icon="search" {...words.none} />}
      <ul class="sessions">
        {found.map((session) => (
          <SessionRow
            key={session.session_id}
            session={session}
            picks={picks}
            onEdit={(session) => {
              edited.value = session;
            }}
            onDelete={(session) => {
              deleted.value = session;
            }}
          />
        ))}
      </ul>
      {failure && <FailureState failure={failure} onAgain={() => void sessions.older()} />}
      {hasMore && !failure && (
        <button
          type="button"
          class="button older"
          disabled={sessions.isLoading.value}
          onClick={() => void sessions.older()}
        >
          {sessions.isLoading.value ? words.loadingOlder : words.older}
        </button>
      )}
      {!hasMore && found.length > 0 && <p class="small list-end">{words.end(all.length)}</p>}
      <CompareBar
        picked={picked.value}
        onClear={() => {
          picked.value = [];
        }}
      />
      {edited.value && (
        <EditSession
          session={edited.value}
          onClose={() => {
            edited.value = null;
          }}
          onSaved={(saved) => {
            sessions.change(saved.session_id, (session) => ({ ...session, ...saved }));
            edited.value = null;
            toast(words.editing.done);
          }}
        />
      )}
      {deleted.value && (
        <DeleteSession
          session={deleted.value}
          onClose={() => {
            deleted.value = null;
          }}
          onDeleted={() => {
            const gone = deleted.value;
            deleted.value = null;
            if (!gone) return;
            sessions.change(gone.session_id, () => null);
            picked.value = picked.value.filter(({ session_id }) => session_id !== gone.session_id);
            toast(words.deletion.done(gone.title));
          }}
        />
      )}
    </>
  );
}

function CompareBar({ picked, onClear }: { picked: readonly Picked[]; onClear: () => void }) {
  const words = t().list;
  const [left, right] = picked.map(({ job_id }) => job_id);
  if (!left) return null;
  return (
    <div class="compare-bar" role="status">
      <span>{right ? words.pickTwo : words.pickOne}</span>
      <button type="button" class="button quiet" onClick={onClear}>
        {words.clear}
      </button>
      <button type="button" class="button" disabled={!right} onClick={() => go(to.compare(left, right))}>
        <Icon name="compare" /> {t().compare.title}
      </button>
    </div>
  );
}

function Empty() {
  const words = t().list;
  return (
    <State icon="camera" {...words.empty}>
      <a class="button primary" href={to.newClip()}>
        <Icon name="plus" /> {t().upload.title}
      </a>
    </State>
  );
}
