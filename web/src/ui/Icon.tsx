/** The drawings are symbols of the document: `index.html`. */
export type IconName =
  | "play"
  | "pause"
  | "previous"
  | "next"
  | "eye"
  | "compare"
  | "save"
  | "print"
  | "plus"
  | "minus"
  | "close"
  | "upload"
  | "search"
  | "trash"
  | "person"
  | "angle"
  | "clock"
  | "camera"
  | "offline"
  | "retry"
  | "good"
  | "low"
  | "medium"
  | "high"
  | "none"
  | "help";

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  );
}

/** The mark of the product. */
export function Ball() {
  return (
    <svg class="ball" aria-hidden="true">
      <use href="#ball" />
    </svg>
  );
}
