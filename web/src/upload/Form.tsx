import { useId } from "preact/hooks";

import type { ListedPlayer } from "../api/schema";
import { t } from "../strings/text";
import { Seg } from "../ui/Seg";
import { TextField } from "../ui/TextField";
import type { Answers, Field } from "./answers";
import { SlowMotion } from "./SlowMotion";

interface FormProps {
  answers: Answers;
  players: readonly ListedPlayer[];
  faults: readonly Field[];
  /** The session is there already: its title and its player are not asked for. */
  isAdded: boolean;
  onChange: (change: Partial<Answers>) => void;
}

/** Who is filmed and how. */
export function Form({ answers, players, faults, isAdded, onChange }: FormProps) {
  const { form, disciplines, cameras, ages } = t().upload;
  const known = useId();
  const words = form.field;
  const fault = (field: Field) => (faults.includes(field) ? form.faults[field] : undefined);
  return (
    <>
      {!isAdded && (
        <div class="pair">
          <TextField label={words.player} fault={fault("player")}>
            {(described) => (
              <input
                name="player"
                list={known}
                autocomplete="off"
                value={answers.player}
                onInput={(event) => onChange({ player: event.currentTarget.value })}
                {...described}
              />
            )}
          </TextField>
          <datalist id={known}>
            {players.map(({ player_id }) => (
              <option key={player_id} value={player_id} />
            ))}
          </datalist>
          <TextField label={words.title} fault={fault("title")}>
            {(described) => (
              <input
                name="title"
                autocomplete="off"
                value={answers.title}
                onInput={(event) => onChange({ title: event.currentTarget.value })}
                {...described}
              />
            )}
          </TextField>
        </div>
      )}
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
        {answers.discipline === "bowling" && (
          <Seg
            label={words.style}
            options={[
              ["pace", form.pace],
              ["spin", form.spin],
              ["", form.notSaid],
            ]}
            value={answers.style}
            onChange={(style) => onChange({ style })}
          />
        )}
        <Seg
          label={words.hand}
          options={[
            ["right", form.right],
            ["left", form.left],
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
      <div class="pair">
        <TextField label={words.height} hint={form.hint.height} fault={fault("height")}>
          {(described) => (
            <span class="with-unit">
              <input
                name="height"
                inputMode="decimal"
                autocomplete="off"
                value={answers.height}
                onInput={(event) => onChange({ height: event.currentTarget.value })}
                {...described}
              />
              <span aria-hidden="true">{words.heightUnit}</span>
            </span>
          )}
        </TextField>
        <label class="field">
          <span>
            {words.age} <small>{form.hint.age}</small>
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
      <details class="more" open={faults.includes("rate") || faults.includes("notes") || answers.slow !== "no"}>
        <summary>{form.more}</summary>
        <div class="form">
          <SlowMotion answers={answers} fault={fault("rate")} onChange={onChange} />
          {!isAdded && (
            <TextField label={words.notes} fault={fault("notes")}>
              {(described) => (
                <textarea
                  name="notes"
                  rows={3}
                  value={answers.notes}
                  onInput={(event) => onChange({ notes: event.currentTarget.value })}
                  {...described}
                />
              )}
            </TextField>
          )}
        </div>
      </details>
    </>
  );
}

const AGES = ["u11", "u13", "u15", "u17", "u19", "adult"] as const;
