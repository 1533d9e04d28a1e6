import { Shell } from "../ui/Shell";

export function CompareView(_: { left: string; right: string | null }) {
  return <Shell title="Compare">…</Shell>;
}
