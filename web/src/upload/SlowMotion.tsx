import { useState } from "preact/hooks";

import { t } from "../strings/text";
import { Seg } from "../ui/Seg";
import { TextField } from "../ui/TextField";
import type { Answers } from "./answers";

interface SlowMotionProps {
  answers: Answers;
  fault: string | undefined;
  onChange: (change: Partial<Answers>) => void;
}

const USUAL = ["120", "240"];

/** Whether the film plays slower than it was, and what the camera was set to. */
export function SlowMotion({ answers: { slow, rate }, fault, onChange }: SlowMotionProps) {
  const { form } = t().upload;
  const [isOther, setOther] = useState(!USUAL.includes(rate));
  return (
    <>
      <Seg
        label={form.field.slow}
        options={[
          ["no", form.no],
          ["yes", form.yes],
          ["unsure", form.unsure],
        ]}
        value={slow}
        onChange={(slow) => onChange({ slow })}
      />
      {slow === "yes" && (
        <>
          <Seg
            label={form.field.rate}
            options={[...USUAL.map((fps): [string, string] => [fps, form.rate(Number(fps))]), ["other", form.other]]}
            value={isOther ? "other" : rate}
            onChange={(chosen) => {
              setOther(chosen === "other");
              onChange({ rate: chosen === "other" ? "" : chosen });
            }}
          />
          {isOther && (
            <TextField label={form.field.otherRate} fault={fault}>
              {(described) => (
                <input
                  name="rate"
                  inputMode="numeric"
                  autocomplete="off"
                  value={rate}
                  onInput={(event) => onChange({ rate: event.currentTarget.value })}
                  {...described}
                />
              )}
            </TextField>
          )}
          <p class="small">{form.hint.slow}</p>
        </>
      )}
    </>
  );
}
