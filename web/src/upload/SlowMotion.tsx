import { useSignal } from "@preact/signals";

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
  const isOther = useSignal(!USUAL.includes(rate));
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
            value={isOther.value ? "other" : rate}
            onChange={(chosen) => {
              isOther.value = chosen === "other";
              onChange({ rate: chosen === "other" ? "" : chosen });
            }}
          />
          {isOther.value && (
            <TextField
              name="rate"
              inputMode="numeric"
              label={form.field.otherRate}
              fault={fault}
              value={rate}
              onChange={(rate) => onChange({ rate })}
            />
          )}
          <p class="small">{form.hint.slow}</p>
        </>
      )}
    </>
  );
}
