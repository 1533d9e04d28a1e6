import { date } from "../format";
import { to } from "../routes";
import { SaveMenu } from "../save/SaveMenu";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { CaptureStrip, Facts } from "./Capture";
import { Charts } from "./Charts";
import { Moments } from "./Moments";
import type { Clip } from "./model";
import { NotJudged } from "./NotJudged";
import { PriorityBand } from "./PriorityBand";
import { priorityOf } from "./priority";
import { Reading } from "./Reading";
import { SeveralActions } from "./SeveralActions";
import { StagePanel } from "./StagePanel";

/** A clip's result. On a phone the picture stays in sight above what is read. */
export function ResultView({ clip }: { clip: Clip }) {
  const words = t().reading.head;
  const { session } = clip;
  const job = clip.job.value;
  const named = session.player_ids.slice(0, PLAYERS_NAMED);
  const more = session.player_ids.length - named.length;
  const hasAction = clip.events.value.length > 0;
  return (
    <Shell
      title={session.title}
      below={
        <>
          <span class="head-who">
            {named.map((player) => (
              <span key={player}>
                <a class="link" href={to.player(player)}>
                  {player}
                </a>{" "}
              </span>
            ))}
            {more > 0 && `+${more} `}
            {named.length > 0 && "· "}
            {date(job.created_at)}
          </span>
          <Facts clip={clip} />
        </>
      }
      actions={
        <>
          <a class="button" href={to.compare(job.job_id)}>
            <Icon name="compare" /> <span>{t().compare.title}</span>
          </a>
          <SaveMenu clip={clip} />
          <button type="button" class="button" onClick={() => print()}>
            <Icon name="print" /> <span>{words.print}</span>
          </button>
        </>
      }
    >
      <div class={hasAction ? "result" : "result without-action"}>
        <div class="result-top">
          <PriorityBand clip={clip} />
          {priorityOf(clip.results.value).is !== "little" && <CaptureStrip clip={clip} />}
          <SeveralActions clip={clip} part="Chooser" />
        </div>
        <div class="result-stage">
          <StagePanel clip={clip} />
        </div>
        <Moments clip={clip} />
        <div class="result-charts">{hasAction ? <Charts clip={clip} /> : <NotJudged clip={clip} />}</div>
        <Reading clip={clip} />
      </div>
    </Shell>
  );
}

const PLAYERS_NAMED = 2;
