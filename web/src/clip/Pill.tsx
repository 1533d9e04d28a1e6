import { Icon, type IconName } from "../ui/Icon";

/** A word with its icon, in the colour of its tone. */
export function Pill({ tone, icon = tone, words }: { tone: Tone; icon?: IconName; words: string }) {
  return (
    <span class={`pill tone-${tone}`}>
      <Icon name={icon} /> {words}
    </span>
  );
}

export type Tone = "good" | "low" | "medium" | "high" | "none";
