import { t } from "../strings/text";
import { Seg } from "../ui/Seg";
import { TextField } from "../ui/TextField";
import type { Answers } from "./answers";

type Said = Pick<Answers, "height" | "age" | "style">;

interface FieldsProps {
  answers: Said;
  onChange: (change: Partial<Said>) => void;
}

interface WhoseProps {
  answers: Pick<Answers, "player">;
  players: readonly string[];
  onChange: (change: Pick<Answers, "player">) => void;
}

/** Whose clip it is, in a session of several players. */
export function Whose({ answers, players, onChange }: WhoseProps) {
  const { form } = t().upload;
  return (
    <label class="field">
      <span>
        {form.field.whose} <small>{form.hint.whose}</small>
      </span>
      <select
        name="player"
        value={answers.player}
        onChange={(event) => onChange({ player: event.currentTarget.value })}
      >
        <option value="">{form.notSaid}</option>
        {players.map((player) => (
          <option key={player} value={player}>
            {player}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How the player bowls. */
export function Style({ answers, onChange }: FieldsProps) {
  const words = t().upload.form;
  return (
    <Seg
      label={words.field.style}
      options={[
        ["pace", words.pace],
        ["spin", words.spin],
        ["", words.notSaid],
      ]}
      value={answers.style}
      onChange={(style) => onChange({ style })}
    />
  );
}

/** What turns lengths into metres, and what the limits of the load depend on. */
export function HeightAndAge({ answers, onChange, isWrong }: FieldsProps & { isWrong: boolean }) {
  const { form, ages } = t().upload;
  return (
    <div class="pair">
      <TextField
        name="height"
        label={form.field.height}
        hint={form.hint.height}
        fault={isWrong ? form.faults.height : undefined}
        inputMode="decimal"
        unit={form.field.heightUnit}
        value={answers.height}
        onChange={(height) => onChange({ height })}
      />
      <label class="field">
        <span>
          {form.field.age} <small>{form.hint.age}</small>
        </span>
        <select
          name="age"
          value={answers.age}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onChange({ age: AGES.find((age) => age === chosen) ?? "" });
          }}
        >
          <option value="">{form.notSaid}</option>
          {AGES.map((age) => (
            <option key={age} value={age}>
              {ages[age]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const AGES = ["u11", "u13", "u15", "u17", "u19", "adult"] as const;
