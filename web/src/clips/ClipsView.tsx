import { Shell } from "../ui/Shell";

export function ClipsView() {
  return <Shell title="Clips">…</Shell>;
}
