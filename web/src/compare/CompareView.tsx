import { useLoaded } from "../api/useLoaded";
import { readClip } from "../clip/read";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { Shell } from "../ui/Shell";
import { Pending, State } from "../ui/State";
import { Chooser } from "./Chooser";
import { Compared } from "./Compared";

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
  const clips = useLoaded((leaving, held) => Promise.all([left, right].map((id) => readClip(id, leaving, held))));
  if (!clips.found) return <Pending of={clips} />;
  const [one, other] = clips.found;
  if (one?.is === "clip" && other?.is === "clip") return <Compared left={one.clip} right={other.clip} />;
  const words = t().compare;
  return (
    <State icon="clock" {...words.notReady}>
      <a class="button primary" href={to.compare(left)}>
        {words.other}
      </a>
    </State>
  );
}
