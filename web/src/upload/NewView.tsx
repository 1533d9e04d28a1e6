import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { api, bodyOf } from "../api/client";
import { playersOf } from "../api/players";
import type { SessionRecord } from "../api/schema";
import { sessionOf } from "../api/session";
import { useLoaded } from "../api/useLoaded";
import { date } from "../format";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { FailureState } from "../ui/State";
import { type Answers, faultsOf, isPersonal, NO_ANSWERS, proposedTitle, saidOf, withPlayer } from "./answers";
import { CameraPlace } from "./CameraPlace";
import { LARGEST_BYTES } from "./check";
import { Form } from "./Form";
import { Picker } from "./Picker";
import { chosenOf, look, type Picked, pick } from "./picked";
import { sendAll, uploads } from "./queue";
import { lastPlayer, rememberedAnswers } from "./store";
import { UploadCard } from "./UploadCard";

/** Choose, describe and send clips; those on their way stand beside the form. */
export function NewView({ session: added }: { session: string | null }) {
  const words = t().upload;
  const answers = useSignal<Answers>(firstAnswers());
  const isTitled = useSignal(false);
  /** Whether what is said of the player was remembered, not chosen here. */
  const areRemembered = useSignal(lastPlayer() !== "");
  const picked = useSignal<readonly Picked[]>([]);
  const looks = useRef<readonly Promise<void>[]>([]);
  const isTried = useSignal(false);
  const faults = isTried.value ? faultsOf(answers.value) : [];

  // The form works without both: nothing is proposed, and the usual limit holds.
  const players = useLoaded(playersOf).found ?? [];
  const limits = useLoaded((signal) => bodyOf(api.GET("/api/coaches/plus/limits", { signal })));
  const limit = limits.found?.max_video_bytes ?? LARGEST_BYTES;
  useEffect(
    () => () => {
      for (const { url } of picked.value) URL.revokeObjectURL(url);
    },
    [],
  );

  const session = useLoaded(
    async (signal) => {
      const found = added === null ? null : await sessionOf(added, signal);
      if (found) {
        answers.value = answersOf(found);
        areRemembered.value = false;
      }
      return found;
    },
    [added],
  );

  const change = (part: Partial<Answers>) => {
    if (part.title !== undefined) isTitled.value = true;
    let changed = { ...answers.value, ...part };
    if (part.player !== undefined) {
      const remembered = rememberedAnswers(part.player);
      changed = withPlayer(answers.value, part.player, remembered, areRemembered.value);
      areRemembered.value = Object.keys(remembered).length > 0;
    } else if (Object.keys(part).some(isPersonal)) {
      areRemembered.value = false;
    }
    answers.value = isTitled.value ? changed : { ...changed, title: proposedTitle(today(), changed.player) };
  };

  const addFiles = (files: readonly File[]) => {
    for (const file of files) {
      const one = pick(file, limit);
      picked.value = [...picked.value, one];
      const looking = look(one, limit).then((looked) => {
        picked.value = picked.value.map((other) => (other.id === looked.id ? looked : other));
      });
      looks.current = [...looks.current, looking];
    }
  };
  const remove = (one: Picked) => {
    picked.value = picked.value.filter(({ id }) => id !== one.id);
    // Its picture may still be read.
    setTimeout(() => URL.revokeObjectURL(one.url), 5_000);
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    isTried.value = true;
    // A file is sent when it has been looked at: a film that is too long is found then.
    await Promise.all(looks.current);
    const chosen = chosenOf(picked.value);
    if (faultsOf(answers.value).length > 0 || chosen.length === 0) return focusFault(form);
    sendAll(chosen, answers.value, added);
    // A file that cannot be sent stays in sight with its reason.
    for (const one of picked.value) if (one.fault === null) remove(one);
    isTried.value = false;
    isTitled.value = false;
    if (!added) change({ notes: "" });
    scrollTo({ top: 0 });
  };

  const actions = (
    <a class="button" href={to.clips()}>
      <Icon name="close" /> <span>{t().common.close}</span>
    </a>
  );
  if (session.failure) {
    return (
      <Shell title={words.title} actions={actions}>
        <FailureState failure={session.failure} onAgain={session.again} />
      </Shell>
    );
  }
  const sendable = chosenOf(picked.value).length;
  return (
    <Shell title={words.title} actions={actions}>
      <div class={uploads.value.length ? "new with-cards" : "new"}>
        <form class="card form new-form" noValidate onSubmit={(event) => void submit(event)}>
          <Picker picked={picked.value} limit={limit} isMissing={isTried.value} onFiles={addFiles} onRemove={remove} />
          {added && <p>{session.found ? words.form.added(session.found.title) : words.form.loadingSession}</p>}
          <Form
            answers={answers.value}
            players={players}
            several={session.found?.player_ids ?? []}
            faults={faults}
            isAdded={added !== null}
            onChange={change}
          />
          <button type="submit" class="button primary send" disabled={added !== null && !session.found}>
            <Icon name="upload" /> {words.form.submit(sendable)}
          </button>
        </form>
        <aside class="new-side">
          {uploads.value.length > 0 && (
            <section class="cards" aria-label={words.card.list}>
              {uploads.value.map((upload) => (
                <UploadCard key={upload.kept.id} upload={upload} />
              ))}
            </section>
          )}
          <div class="card">
            <CameraPlace discipline={answers.value.discipline || "bowling"} />
          </div>
        </aside>
      </div>
    </Shell>
  );
}

const today = () => date(new Date().toISOString());

function firstAnswers(): Answers {
  const player = lastPlayer();
  const known = { ...NO_ANSWERS, ...rememberedAnswers(player), player };
  return { ...known, title: proposedTitle(today(), player) };
}

function answersOf(session: SessionRecord): Answers {
  return {
    ...NO_ANSWERS,
    title: session.title,
    player: onlyOf(session.player_ids),
    discipline: session.discipline ?? "",
    hand: session.handedness ?? "",
    camera: session.camera_view ?? "",
    ...saidOf(session),
  };
}

/** Of several nobody can tell whose the clip is but the coach. */
function onlyOf(players: readonly string[]): string {
  return players.length === 1 ? (players[0] ?? "") : "";
}

function focusFault(form: EventTarget | null): void {
  if (!(form instanceof HTMLElement)) return;
  // The marks are drawn after this event.
  requestAnimationFrame(() => {
    const wrong = form.querySelector<HTMLElement>("[aria-invalid]");
    (wrong ?? form.querySelector<HTMLElement>(".picker .file-button:last-child input"))?.focus();
  });
}
