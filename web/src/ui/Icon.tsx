/** Line icons, 24 × 24, drawn in the colour of the text around them. */
const PATHS = {
  play: "M8 5.5v13l10-6.500z",
  pause: "M8 5.500v13M16 5.500v13",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  compare: "M4 5h7v14H4zM13 5h7v14h-7z",
  save: "M12 4v10M7.500 10l4.500 4.500L16.500 10M5 19.500h14",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  upload: "M12 20V10M7.500 13.500L12 9l4.500 4.500M5 4.500h14",
  search: "M10.500 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l5 5",
  trash: "M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13",
  person: "M12 3.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5 10h14M12 10v5M12 15l-3.500 6M12 15l3.500 6",
  angle: "M5 19L17 5M5 19h15M11 19a7 7 0 0 0-1.600-5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  camera: "M4 7h11v10H4zM15 11l5-3v8l-5-3z",
  offline: "M4 4l16 16M8.500 15.500a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.500M19 12a10 10 0 0 0-6-2.900M12 19h.01",
  retry: "M5 12a7 7 0 1 1 2 5M5 19v-4h4",
  good: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M8 12l3 3 5-6",
  low: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 11v5.500M12 7.500h.01",
  medium: "M12 4l9 16H3zM12 10v5M12 17.500h.01",
  high: "M8 3.500h8l4.500 4.500v8L16 20.500H8L3.500 16V8zM12 7.500V13M12 16.500h.01",
  none: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M8 12h8",
  up: "M4 17l6-6 4 4 6-8M15 7h5v5",
  help: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.700.400-1 .900-1 1.700M12 16.500h.01",
  reset: "M4 9V4h5M4 4l5 5M20 15v5h-5M20 20l-5-5",
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
      <path d="M12 2.500c3.600 8.600 3.600 18.400 0 27M20 2.500c-3.600 8.600-3.600 18.400 0 27M16 4v3M16 10.500v3M16 18v3M16 24.500v3" />
    </svg>
  );
}
