import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { Stage } from "../api/schema";
import { Stages } from "../clip/Stages";
import { bytes, number } from "../format";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import type { State } from "./machine";
import type { Upload } from "./runner";
import { slicesOf } from "./slices";
import { UploadActions } from "./UploadActions";

/** One clip on its way: how far it is, what holds it up, and what can be done. */
export function UploadCard({ upload }: { upload: Upload }) {
  const state = upload.state.value;
  const { size } = upload.kept.file;
  const progress = upload.progress.value;
  const isWatching = state.is === "watching";
  const isHeld = state.is === "paused" || state.is === "offline" || state.is === "delayed";
  const share = isWatching ? (progress?.progress ?? 0) / 100 : Math.min(1, upload.bytes.value / size);
  const isUnderWay = state.is !== "failed" && !progress?.final;
  const isFailed = state.is === "failed" || (progress?.final && progress.status === "failed");
  return (
    <article class={`card upload tone-${isFailed ? "medium" : "none"}`} data-state={state.is}>
      <header class="upload-head">
        {state.is === "offline" && <Icon name="offline" />}
        {isFailed && <Icon name="medium" />}
        <h2>{upload.kept.answers.title || upload.kept.file.name}</h2>
        {isUnderWay && state.is !== "lost" && <b class="upload-percent">{number(share * 100, 0)} %</b>}
      </header>
      <p class="upload-below">
        {[upload.kept.answers.player, upload.kept.answers.title && upload.kept.file.name].filter(Boolean).join(" · ")}
      </p>
      {isUnderWay && (
        <progress class={isHeld ? "held" : ""} max={1} value={share} aria-label={t().upload.card.percent} />
      )}
      {isWatching && progress && !progress.final && <Stages progress={progress} uploaded={bytes(size)} />}
      <p role="status" class="upload-says">
        <Says upload={upload} state={state} />
      </p>
      <UploadActions upload={upload} state={state} />
    </article>
  );
}

function Says({ upload, state }: { upload: Upload; state: State }) {
  const { card } = t().upload;
  const { file } = upload.kept;
  switch (state.is) {
    case "checked":
      return card.checked;
    case "initiating":
      return card.initiating;
    case "sending":
      return <Pace upload={upload} />;
    case "completing":
      return card.completing;
    case "paused":
      return card.paused;
    case "offline": {
      const all = state.target?.partSize ? slicesOf(file.size, state.target.partSize).length : 0;
      const done = Object.keys(state.parts).length;
      return all > 1 && done > 0 ? card.offlineParts(done, all) : card.offline;
    }
    case "delayed":
      return <Delay code={state.code} until={state.until} />;
    case "lost":
      return state.target ? card.lost(file.name) : card.lostNew(file.name);
    case "failed":
      return <Refused refusal={state.refusal} />;
    case "watching": {
      const progress = upload.progress.value;
      if (!progress?.final) return <Running stage={progress?.stage ?? "waiting"} />;
      return progress.status === "completed" ? card.ready : card.failed;
    }
    case "cancelled":
      return null;
  }
}

// Beside the list of stages it is there for screen readers; a phone has no room for the list.
function Running({ stage }: { stage: Stage }) {
  return (
    <>
      <span class="upload-stage">{t().waiting.said(t().stages[stage])} </span>
      {t().upload.card.running}
    </>
  );
}

// The numbers change many times a second: they are no live region's.
function Pace({ upload }: { upload: Upload }) {
  const { card } = t().upload;
  const { size } = upload.kept.file;
  const sent = Math.min(size, upload.bytes.value);
  const rate = upload.rate.value;
  const facts = [card.sending(sent ? bytes(sent) : `${number(0, 0)} MB`, bytes(size))];
  if (rate) {
    facts.push(card.rate(bytes(rate)));
    const seconds = Math.max(1, Math.round((size - sent) / rate));
    facts.push(card.left(seconds < 90 ? card.seconds(seconds) : card.minutes(Math.round(seconds / 60))));
  }
  return <span aria-live="off">{facts.join(" · ")}</span>;
}

function Delay({ code, until }: { code: keyof ReturnType<typeof failures>; until: number }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now.value) / 1000));
  return (
    <>
      {failures()[code].title}. <span aria-live="off">{t().common.waiting(seconds)}</span>
    </>
  );
}

const failures = () => t().failures;

function Refused({ refusal }: { refusal: Extract<State, { is: "failed" }>["refusal"] }) {
  const { title, todo } = failures()[refusal.code];
  return (
    <>
      <b>{title}.</b> {refusal.isSpent ? t().upload.card.spent : todo}
      {refusal.detail && <small>{refusal.detail}</small>}
      {refusal.requestId && <small>{t().common.requestId(refusal.requestId)}</small>}
    </>
  );
}
