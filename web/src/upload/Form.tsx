import { useId } from "preact/hooks";

import { t } from "../strings/text";
import { Seg } from "../ui/Seg";
import { TextField } from "../ui/TextField";
import type { Answers, Field } from "./answers";
import { HeightAndAge, Style, Whose } from "./PlayerFields";
import { SlowMotion } from "./SlowMotion";

interface FormProps {
  answers: Answers;
  players: readonly string[];
  /** Of the session that is there already, where it has several: one of them may be named. */
  several: readonly string[];
  faults: readonly Field[];
  /** The session is there already: its title and its player are not asked for. */
  isAdded: boolean;
  onChange: (change: Partial<Answers>) => void;
}

/** Who is filmed and how. */
export function Form({ answers, players, several, faults, isAdded, onChange }: FormProps) {
  const { form, disciplines, cameras } = t().upload;
  const known = useId();
  const words = form.field;
  const fault = (field: Field) => (faults.includes(field) ? form.faults[field] : undefined);
  const text = (name: "player" | "title" | "notes") => ({
    name,
    label: words[name],
    fault: fault(name),
    value: answers[name],
    onChange: (value: string) => onChange({ [name]: value }),
  });
  return (
    <>
      {!isAdded && (
        <div class="pair">
          <TextField {...text("player")} list={known} />
          <datalist id={known}>
            {players.map((player) => (
              <option key={player} value={player} />
            ))}
          </datalist>
          <TextField {...text("title")} />
        </div>
      )}
      {several.length > 1 && <Whose answers={answers} players={several} onChange={onChange} />}
      <Seg
        label={words.discipline}
        options={[
          ["bowling", disciplines.bowling],
          ["batting", disciplines.batting],
          ["wicketkeeping", disciplines.wicketkeeping],
          ["fielding", disciplines.fielding],
        ]}
        value={answers.discipline}
        onChange={(discipline) => onChange({ discipline })}
      />
      <div class="pair">
        {answers.discipline === "bowling" && <Style answers={answers} onChange={onChange} />}
        <Seg
          label={words.hand}
          options={[
            ["right", t().stage.right],
            ["left", t().stage.left],
            ["", form.findOut],
          ]}
          value={answers.hand}
          onChange={(hand) => onChange({ hand })}
        />
      </div>
      <Seg
        label={words.camera}
        options={[
          ["side", cameras.side],
          ["front", cameras.front],
          ["behind", cameras.behind],
          ["", form.unsure],
        ]}
        value={answers.camera}
        onChange={(camera) => onChange({ camera })}
      />
      <HeightAndAge answers={answers} isWrong={faults.includes("height")} onChange={onChange} />
      <details class="more" open={faults.includes("rate") || faults.includes("notes") || answers.slow !== "no"}>
        <summary>{form.more}</summary>
        <div class="form">
          <SlowMotion answers={answers} fault={fault("rate")} onChange={onChange} />
          {!isAdded && <TextField {...text("notes")} rows={3} />}
        </div>
      </details>
    </>
  );
}
