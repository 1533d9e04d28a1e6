import type { JobProgress, Stage } from "../api/schema";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";

/** What a coach is shown of the stages: those that take no time share a line. */
const STEPS: readonly (readonly Stage[])[] = [
  ["waiting"],
  ["downloading", "extracting_pose"],
  ["computing_metrics"],
  ["generating_findings", "generating_report", "persisting"],
];

/** The index of the step that a stage belongs to; -1 while nothing waits. */
function stepOf(stage: Stage | null): number {
  return stage === null ? -1 : STEPS.findIndex((stages) => stages.includes(stage));
}

interface StagesProps {
  progress: Pick<JobProgress, "stage" | "status">;
  /** The size of the clip, where it is known. */
  uploaded?: string;
}

/** The way of a clip from its arrival to its report. */
export function Stages({ progress, uploaded }: StagesProps) {
  const words = t().waiting;
  const { stages } = t();
  const names = [
    words.uploaded,
    stages.waiting,
    progress.stage === "downloading" ? stages.downloading : stages.extracting_pose,
    stages.computing_metrics,
    stages.generating_report,
  ];
  const now = progress.status === "completed" ? names.length : stepOf(progress.stage) + 1;
  return (
    <ol class="stages">
      {names.map((name, index) => {
        const step = index < now ? "done" : index === now ? "now" : "later";
        return (
          <li key={index} class={step} aria-current={step === "now" ? "step" : undefined}>
            {step === "done" ? <Icon name="good" /> : <span class="stages-dot" />}
            <span>{name}</span>
            <span class="visually-hidden">, {words.step[step]}</span>
            {index === 0 && uploaded && <small>{uploaded}</small>}
          </li>
        );
      })}
    </ol>
  );
}
