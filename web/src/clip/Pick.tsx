import type { Clip } from "./model";
import type { Measured } from "./numbers";

/** The title as a button that covers its card: it marks the number on the picture and goes to its moment. */
export function Pick({ clip, of, title }: { clip: Clip; of: Measured; title: string }) {
  const [moment] = of.moments;
  if (!moment) return <>{title}</>;
  return (
    <button
      type="button"
      class="cover"
      aria-pressed={clip.picked.value === of.name}
      onClick={() => clip.showMoment(moment, of.name)}
    >
      {title}
    </button>
  );
}
