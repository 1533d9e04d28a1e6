import type { Report } from "../api/types";

const ELBOW = "The elbow was not judged";
const CHANGES = "SINCE_LAST_VIDEO";

/** A report's sentences about the clip, and what every report of its kind says. */
interface Said {
  summary: string;
  notes: { title: string | null; text: string }[];
}

/** What the list of changes shows needs no sentence beside it. Reports that have no notes end their summary with the one about a bowler's elbow. */
export function saidIn({ summary, notes }: Pick<Report, "summary" | "notes">): Said {
  const begins = summary.indexOf(ELBOW);
  if (notes?.length || begins < 0) return { summary, notes: notes?.filter((note) => note.code !== CHANGES) ?? [] };
  return { summary: summary.slice(0, begins).trim(), notes: [{ title: null, text: summary.slice(begins) }] };
}
