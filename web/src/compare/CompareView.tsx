import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { Failure } from "../api/problem";
import type { Clip } from "../clip/model";
import { readClip } from "../clip/read";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { FailureState, State } from "../ui/State";
import { Chooser } from "./Chooser";
import { Compared } from "./Compared";

type Shown =
  | { is: "loading" }
  | { is: "held"; failure: Failure }
  | { is: "failure"; failure: Failure }
  | { is: "none" }
  | { is: "pair"; pair: [Clip, Clip] };

/** Two clips side by side, or the choice of the second one. */
export function CompareView({ left, right }: { left: string; right: string | null }) {
  const words = t().compare;
  if (right === null) {
    return (
      <Shell title={words.title}>
        <Chooser left={left} />
      </Shell>
    );
  }
  return (
    <Shell
      title={words.title}
      actions={
        <a class="button" href={to.compare(right, left)}>
          <Icon name="retry" /> <span>{words.swap}</span>
        </a>
      }
    >
      <Both left={left} right={right} />
    </Shell>
  );
}

function Both({ left, right }: { left: string; right: string }) {
  const shown = useSignal<Shown>({ is: "loading" });
  const tries = useSignal(0);
  useEffect(() => {
    const leaving = new AbortController();
    const ids = [left, right] as const;
    const held = (failure: Failure) => {
      shown.value = { is: "held", failure };
    };
    Promise.all(ids.map((id) => readClip(id, leaving.signal, held))).then(
      ([one, other]) => {
        shown.value =
          one?.is === "clip" && other?.is === "clip" ? { is: "pair", pair: [one.clip, other.clip] } : { is: "none" };
      },
      (error: unknown) => {
        if (!leaving.signal.aborted && error instanceof Failure) shown.value = { is: "failure", failure: error };
      },
    );
    return () => leaving.abort();
  }, [left, right, tries.value]);

  const now = shown.value;
  const words = t().compare;
  if (now.is === "held") return <FailureState failure={now.failure} />;
  if (now.is === "failure") {
    return (
      <FailureState
        failure={now.failure}
        onAgain={() => {
          shown.value = { is: "loading" };
          tries.value++;
        }}
      />
    );
  }
  if (now.is === "none") {
    return (
      <State icon="clock" title={words.notReady.title} todo={words.notReady.todo}>
        <a class="button primary" href={to.compare(left)}>
          {words.other}
        </a>
      </State>
    );
  }
  if (now.is === "loading") return <div class="stage-placeholder" aria-busy="true" />;
  return <Compared left={now.pair[0]} right={now.pair[1]} />;
}
