import type { Report } from "../api/types";

const ELBOW = "The elbow was not judged";
/** The list of changes and the tiles of measures show these. */
const SHOWN = ["SINCE_LAST_VIDEO", "ACTION_IN_NUMBERS"];

/** A report's sentences about the clip, and what every report of its kind says. */
interface Said {
  summary: string;
  notes: { title: string | null; text: string; source?: string | null }[];
}

/** What the page shows needs no sentence beside it. Reports that have no notes end their summary with the one about a bowler's elbow. */
export function saidIn({ summary, notes }: Pick<Report, "summary" | "notes">): Said {
  const begins = summary.indexOf(ELBOW);
  if (notes?.length || begins < 0) return { summary, notes: notes?.filter((note) => !SHOWN.includes(note.code)) ?? [] };
  return { summary: summary.slice(0, begins).trim(), notes: [{ title: null, text: summary.slice(begins) }] };
}
