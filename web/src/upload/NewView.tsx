import { Shell } from "../ui/Shell";

export function NewView(_: { session: string | null }) {
  return <Shell title="New clip">…</Shell>;
}
