import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Described {
  id: string;
  "aria-invalid"?: "true";
  "aria-describedby"?: string;
}

interface TextFieldProps {
  label: string;
  hint?: string;
  /** What is wrong with the value. */
  fault?: string | undefined;
  /** Draws the control; it takes the attributes that tie it to its label and its fault. */
  children: (described: Described) => JSX.Element;
}

/** A label, its control, and what is wrong with its value. */
export function TextField({ label, hint, fault, children }: TextFieldProps) {
  const id = useId();
  const wrong = `${id}-wrong`;
  return (
    <div class="field">
      <label for={id}>
        {label} {hint && <small>{hint}</small>}
      </label>
      {children(fault ? { id, "aria-invalid": "true", "aria-describedby": wrong } : { id })}
      {fault && (
        <span id={wrong} class="field-error">
          {fault}
        </span>
      )}
    </div>
  );
}
