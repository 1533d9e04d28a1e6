/** Line icons, 24 × 24, drawn in the colour of the text around them. */
const PATHS = {
  play: "M8 5.5v13l10-6.5z",
  pause: "M8 5.5v13M16 5.5v13",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  compare: "M4 5h7v14H4zM13 5h7v14h-7z",
  save: "M12 4v10M7.5 10l4.5 4.5L16.5 10M5 19.5h14",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  upload: "M12 20V10M7.5 13.5L12 9l4.5 4.5M5 4.5h14",
  search: "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l5 5",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13",
  person: "M12 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5 10h14M12 10v5M12 15l-3.5 6M12 15l3.5 6",
  angle: "M5 19L17 5M5 19h15M11 19a7 7 0 0 0-1.6-5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  camera: "M4 7h11v10H4zM15 11l5-3v8l-5-3z",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.5M19 12a10 10 0 0 0-6-2.9M12 19h.01",
  retry: "M5 12a7 7 0 1 1 2 5M5 19v-4h4",
  good: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M8 12l3 3 5-6",
  low: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 11v5.5M12 7.5h.01",
  medium: "M12 4l9 16H3zM12 10v5M12 17.5h.01",
  high: "M8 3.5h8l4.5 4.5v8L16 20.5H8L3.5 16V8zM12 7.5V13M12 16.5h.01",
  none: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M8 12h8",
  help: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 16.5h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" data-icon={name}>
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Ball() {
  return (
    <svg class="ball" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="15" />
      <path d="M12 2.5c3.6 8.6 3.6 18.4 0 27M20 2.5c-3.6 8.6-3.6 18.4 0 27M16 4v3M16 10.5v3M16 18v3M16 24.5v3" />
    </svg>
  );
}
