import type { Moment, Series } from "../api/types";

/** What others did: the range of a measure that is described, not judged. */
export interface Reference {
  low: number | null;
  high: number | null;
  text: string;
}

/** A number of the action that is described; nobody knows a target for it. */
export interface Measure {
  name: string;
  title: string | null;
  /** One sentence of definition. */
  says: string | null;
  group: string | null;
  digits: number | null;
  value: number | null;
  unit: string;
  uncertainty: number | null;
  confidence: number;
  reason: string | null;
  at: Moment | null;
  moments: Moment[];
  reference: Reference | null;
  series: Series | null;
}

/** What every report of a discipline says, whatever was found. */
interface Note {
  title: string | null;
  text: string;
}

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function field(of: unknown, name: string): unknown {
  return isFields(of) ? of[name] : undefined;
}

export function items(of: unknown, name: string): Fields[] {
  const value = field(of, name);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function number(of: unknown, name: string): number | null {
  const value = field(of, name);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function text(of: unknown, name: string): string | null {
  const value = field(of, name);
  return typeof value === "string" && value !== "" ? value : null;
}

function isMoment(of: unknown): of is Moment {
  return number(of, "frame") !== null && number(of, "t_ms") !== null;
}

function series(item: Fields): Series | null {
  const of = field(item, "series");
  const times = field(of, "t_ms");
  const values = field(of, "value");
  if (!Array.isArray(times) || !Array.isArray(values) || times.length !== values.length) return null;
  return {
    t_ms: times.map(Number),
    value: values.map((value) => (typeof value === "number" ? value : null)),
  };
}

/** Fields that only newer results have are read here, and nowhere else: what is not there, or odd, is left out. */
export function measuresOf(results: unknown): Measure[] {
  return items(results, "measures").flatMap((item) => {
    const name = text(item, "name");
    if (name === null) return [];
    const [at, reference] = [field(item, "at"), field(item, "reference")];
    return [
      {
        name,
        title: text(item, "title"),
        says: text(item, "says"),
        group: text(item, "group"),
        digits: number(item, "digits"),
        value: number(item, "value"),
        unit: text(item, "unit") ?? "",
        uncertainty: number(item, "uncertainty"),
        confidence: number(item, "confidence") ?? 0,
        reason: text(item, "reason"),
        at: isMoment(at) ? at : null,
        moments: items(item, "moments").filter(isMoment),
        reference: isFields(reference)
          ? { low: number(reference, "low"), high: number(reference, "high"), text: text(reference, "text") ?? "" }
          : null,
        series: series(item),
      },
    ];
  });
}

const ELBOW = "The elbow was not judged";

/** The report's notes; in results that keep them in the summary, the one about a bowler's elbow. */
export function notesOf(report: unknown): Note[] {
  const given = items(report, "notes").flatMap((item) => {
    const words = text(item, "text");
    return words === null ? [] : [{ title: text(item, "title"), text: words }];
  });
  const summary = text(report, "summary") ?? "";
  const begins = summary.indexOf(ELBOW);
  return given.length || begins < 0 ? given : [{ title: null, text: summary.slice(begins) }];
}
