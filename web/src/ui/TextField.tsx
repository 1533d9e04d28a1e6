import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface TextFieldProps {
  label: string;
  hint?: string;
  /** What is wrong with the value. */
  fault?: string | undefined;
  name?: string;
  value: string;
  onChange: (value: string) => void;
  /** Lines; without it the field is one that Enter sends. */
  rows?: number;
  inputMode?: "decimal" | "numeric";
  /** Id of the list that proposes values. */
  list?: string;
  /** What stands behind the value. */
  unit?: ComponentChildren;
}

/** A label, its field, and what is wrong with its value. */
export function TextField({ label, hint, fault, value, onChange, unit, rows, ...given }: TextFieldProps) {
  const id = useId();
  const wrong = `${id}-wrong`;
  const field = {
    ...given,
    id,
    value,
    autocomplete: "off" as const,
    onInput: (event: InputEvent & { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
    ...(fault && { "aria-invalid": "true" as const, "aria-describedby": wrong }),
  };
  const drawn = rows ? <textarea rows={rows} {...field} /> : <input type="text" {...field} />;
  return (
    <div class="field">
      <label for={id}>
        {label} {hint && <small>{hint}</small>}
      </label>
      {unit ? (
        <span class="with-unit">
          {drawn}
          <span aria-hidden="true">{unit}</span>
        </span>
      ) : (
        drawn
      )}
      {fault && (
        <span id={wrong} class="field-error">
          {fault}
        </span>
      )}
    </div>
  );
}
