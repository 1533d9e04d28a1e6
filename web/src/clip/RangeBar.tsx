import { t } from "../strings/text";
import type { Measured } from "./numbers";
import { hasBand, rangeOf, type Span, shareOf } from "./scale";
import { errorText, rangeText, valueText } from "./words";

const WIDTH = 1000;

interface RangeBarProps {
  number: Measured;
  faded?: boolean;
  /** The ends of a bar that is compared with another one: it shows nothing but the value. */
  span?: Span;
}

/** A value with its uncertainty, on the field of its target or of what others did. */
export function RangeBar({ number, faded = false, span: given }: RangeBarProps) {
  const span = given ?? rangeOf(number);
  const isPlain = faded || given !== undefined;
  const { value, error, target, reference } = number;
  if (span === null || value === null) return null;
  const at = (of: number) => shareOf(of, span) * WIDTH;
  const field = target?.best ?? (hasBand(reference) ? ([reference.low, reference.high] as const) : null);
  const [from, to] = field ? [at(field[0] ?? span[0]), at(field[1] ?? span[1])] : [0, 0];
  const [low, high] = [at(value - (error ?? 0)), at(value + (error ?? 0))];
  const words = t().reading.tiles;
  const goal = given ? "" : target ? words.target(rangeText(number, target.best)) : (reference?.text ?? "");
  return (
    <svg
      class={faded ? "range-bar faded" : "range-bar"}
      viewBox={`0 0 ${WIDTH} 16`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.range(valueText(number), errorText(number), goal)}
    >
      <rect class="range-ground" x={0} y={6} width={WIDTH} height={4} />
      {field && !isPlain && (
        <rect
          class={target ? "range-target" : "range-reference"}
          x={from}
          y={2}
          width={Math.max(0, to - from)}
          height={12}
        />
      )}
      {target &&
        !isPlain &&
        target.fault.map(
          (line) =>
            line !== null && <rect key={line} class="range-fault" x={at(line) - 1.5} y={2} width={3} height={12} />,
        )}
      <rect class="range-error" x={low} y={5.5} width={Math.max(0, high - low)} height={5} />
      <rect class="range-value" x={Math.max(0, Math.min(WIDTH - 8, at(value) - 4))} y={0} width={8} height={16} />
    </svg>
  );
}
