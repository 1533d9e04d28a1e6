import type { Reference } from "../api/types";
import { rangeText } from "./words";

interface NormProps {
  reference: Reference | null | undefined;
  unit: string;
  digits?: number | null;
}

/** What others did, and on demand which study says so. */
export function Norm({ reference, unit, digits = null }: NormProps) {
  if (!reference) return null;
  const range = rangeText({ unit, digits }, [reference.low, reference.high]);
  const { text, source } = reference;
  const says = range ? `${range}: ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
  if (!source) return <p class="small">{says}</p>;
  return (
    <details class="norm">
      <summary>{says}</summary>
      <p>{source}</p>
    </details>
  );
}
