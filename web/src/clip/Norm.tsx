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
  const says = [range, reference.text].filter(Boolean).join(": ");
  if (!reference.source) return <p class="small">{says}</p>;
  return (
    <details class="norm">
      <summary>{says}</summary>
      <p>{reference.source}</p>
    </details>
  );
}
