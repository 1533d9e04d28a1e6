import { useId } from "preact/hooks";

interface SegProps<T extends string> {
  label: string;
  options: readonly (readonly [value: T, label: string])[];
  value: T;
  onChange: (value: T) => void;
  /** Shows the label to screen readers only. */
  quiet?: boolean;
}

/** One choice of a few, all in sight: radio buttons drawn as one bar. */
export function Seg<T extends string>({ label, options, value, onChange, quiet = false }: SegProps<T>) {
  const name = useId();
  return (
    <fieldset class={quiet ? "seg quiet" : "seg"}>
      <legend>{label}</legend>
      <div class="seg-options">
        {options.map(([option, words]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
