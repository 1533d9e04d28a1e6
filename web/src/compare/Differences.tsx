import type { Clip } from "../clip/model";
import type { Measured } from "../clip/numbers";
import { RangeBar } from "../clip/RangeBar";
import { rangeOf } from "../clip/scale";
import { changeText, digitsFor, errorText, valueText, wordsOf } from "../clip/words";
import { plusMinus } from "../format";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import { alikeOf } from "./alike";
import { type Difference, differencesOf } from "./differences";

interface DifferencesProps {
  left: Clip;
  right: Clip;
  names: readonly [left: string, right: string];
}

/** The numbers of both clips, and whether they differ by more than the error of the difference. */
export function Differences({ left, right, names }: DifferencesProps) {
  const words = t().compare;
  const alike = alikeOf(left, right);
  const found = differencesOf(alike.left, alike.right);
  const summary = left.results.value.pose.pose_summary;
  const shown = found.filter(({ change }) => change !== null);
  const missing = found.filter(({ change }) => change === null);
  return (
    <section class="card differences">
      <h2>{words.differs}</h2>
      <p class="small">{words.rule}</p>
      {shown.map((one) => (
        <Row key={one.name} of={one} title={wordsOf(one.left, summary).title} names={names} />
      ))}
      {alike.unlike.length > 0 && <p class="small">{words.unlike(alike.unlike.join(", "))}</p>}
      {missing.length > 0 && (
        <p class="small">{words.notBoth(missing.map(({ left }) => wordsOf(left, summary).title).join(", "))}</p>
      )}
    </section>
  );
}

function Row({ of, title, names }: { of: Difference; title: string; names: readonly [string, string] }) {
  const words = t().compare;
  const digits = digitsFor(of.left);
  return (
    <div class="difference">
      <h3>{title}</h3>
      <p class={of.sure ? "change" : "change unsure"}>
        <b>{changeText(of.change ?? 0, null, of.unit, digits)}</b> <span>{plusMinus(of.error, of.unit, digits)}</span>
      </p>
      <Bar name={names[0]} number={of.left} other={of.right} />
      <Bar name={names[1]} number={of.right} other={of.left} />
      <p class={of.sure ? "tone-low verdict" : "small"}>
        {of.sure && <Icon name="low" />} {of.sure ? words.sure : words.notSure}
      </p>
    </div>
  );
}

/** A value with its error, on the scale that it shares with the other clip's. */
function Bar({ name, number, other }: { name: string; number: Measured; other: Measured }) {
  const spans = [rangeOf(number), rangeOf(other)].flatMap((span) => (span ? [span] : []));
  const span = [Math.min(...spans.map(([low]) => low)), Math.max(...spans.map(([, high]) => high))] as const;
  return (
    <div class="difference-bar">
      <span class="small">{name}</span>
      <RangeBar number={number} span={span} />
      <span>
        <b>{valueText(number)}</b> <small>{errorText(number)}</small>
      </span>
    </div>
  );
}
