import { useSignal } from "@preact/signals";

import type { ListedSession, Summary } from "../api/schema";
import { date, plusMinus, quantity } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { PickBox, type Picks } from "./PickBox";
import { isRunning } from "./pages";
import { SessionClips } from "./SessionClips";
import { judgedOf, verdictOf } from "./summary";
import { Thumb } from "./Thumb";

interface RowProps {
  session: ListedSession;
  picks: Picks;
  onEdit: (session: ListedSession) => void;
  onDelete: (session: ListedSession) => void;
}

/** One session: its newest clip in a line, all of them and what can be done on demand. */
export function SessionRow({ session, picks, onEdit, onDelete }: RowProps) {
  const isOpen = useSignal(false);
  const words = t().list;
  const { session_id, title, player_ids, job, summary, created_at } = session;
  const isDone = job?.status === "completed";
  return (
    <li class="session">
      <div class="session-line">
        <Thumb job={isDone ? job.job_id : null} icon={job && isRunning(session) ? "clock" : "camera"} />
        <div class="session-text">
          <h2>
            <a href={job ? to.clip(job.job_id) : to.newClip(session_id)}>{title}</a>
          </h2>
          <p class="small">
            {player_ids.length ? player_ids.join(", ") : words.noPlayer} · {date(created_at)}
          </p>
          {summary ? <Verdict summary={summary} /> : <Status session={session} />}
        </div>
        {isDone && <PickBox picks={picks} of={{ ...job, session_id }} title={title} />}
      </div>
      <details
        class="session-more"
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary aria-label={words.menu(title)}>{words.more}</summary>
        {isOpen.value && (
          <>
            {job && <SessionClips session={session} picks={picks} />}
            <div class="state-actions">
              <a class="button" href={to.newClip(session_id)}>
                <Icon name="plus" /> {words.add}
              </a>
              <button type="button" class="button" onClick={() => onEdit(session)}>
                {words.editing.title}
              </button>
              <button type="button" class="button danger" onClick={() => onDelete(session)}>
                <Icon name="trash" /> {t().common.delete}
              </button>
            </div>
          </>
        )}
      </details>
    </li>
  );
}

function Verdict({ summary }: { summary: Summary }) {
  const { head, metrics, priority } = t().reading;
  const { tone, title, says } = verdictOf(summary);
  const { judged, rest } = judgedOf(summary);
  const facts = judged.map(({ name, value, error, unit }) =>
    [metrics[name].title, quantity(value, unit), plusMinus(error, unit)].filter(Boolean).join(" "),
  );
  if (rest) facts.push(head.notJudged(rest));
  return (
    <>
      <p class={`verdict tone-${tone}`}>
        <Icon name={tone} /> <span>{title ?? (says === "little" ? priority.little : priority.nothing)}</span>
      </p>
      <p class="small session-numbers">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
    </>
  );
}

function Status({ session }: { session: ListedSession }) {
  const words = t().list;
  const { job } = session;
  if (job && isRunning(session)) {
    const stage = t().stages[job.stage ?? "waiting"];
    return (
      <>
        <p class="small">{words.percent(stage, job.progress)}</p>
        <progress max={100} value={job.progress} aria-label={stage} />
      </>
    );
  }
  const says = !job
    ? words.notSent
    : { queued: words.queued, processing: words.queued, completed: words.statuses.ready, failed: words.failed }[
        job.status
      ];
  const tone = job?.status === "failed" ? "medium" : job?.status === "completed" ? "good" : "none";
  return (
    <p class={`verdict tone-${tone}`}>
      <Icon name={tone} /> <span>{says}</span>
    </p>
  );
}
