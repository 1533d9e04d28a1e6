import { t } from "../strings/text";

/** What the words before it rest on; older results do not say it. */
export function Source({ of }: { of: string | null | undefined }) {
  if (!of) return null;
  return (
    <small>
      {t().reading.drill.source}: {of}
    </small>
  );
}
