import { computed, signal } from "@preact/signals";

import { takeFragment } from "./token";

/** Where the coach is. The fragment never reaches the server, so neither does an id in it. */
export type Route =
  | { view: "clips" }
  | { view: "new"; session: string | null }
  | { view: "clip"; job: string }
  | { view: "compare"; left: string; right: string | null }
  | { view: "player"; player: string }
  | { view: "nowhere" };

function routeOf(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#\/?/, "").split("?");
  const [view, first, second] = path.split("/").map(decode);
  if (first === null || second === null) return { view: "nowhere" };
  if (!view || view === "clips") return { view: "clips" };
  if (view === "new") return { view: "new", session: new URLSearchParams(query).get("session") };
  if (view === "clip" && first) return { view: "clip", job: first };
  if (view === "compare" && first) return { view: "compare", left: first, right: second || null };
  if (view === "players" && first) return { view: "player", player: first };
  return { view: "nowhere" };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const fragment = signal("");
let hasMoved = false;

/** Whether the coach has gone on from the view that the page was opened at. */
export const wasLeft = () => hasMoved;

/** Follows the address from now on. */
export function followAddress(): void {
  takeFragment();
  fragment.value = location.hash;
  addEventListener("hashchange", () => {
    hasMoved = true;
    takeFragment();
    fragment.value = location.hash;
  });
}

export const route = computed(() => routeOf(fragment.value));

export const to = {
  clips: () => "#/clips",
  newClip: (session?: string) => (session ? `#/new?session=${encodeURIComponent(session)}` : "#/new"),
  clip: (job: string) => `#/clip/${encodeURIComponent(job)}`,
  compare: (left: string, right?: string) =>
    `#/compare/${encodeURIComponent(left)}${right ? `/${encodeURIComponent(right)}` : ""}`,
  player: (player: string) => `#/players/${encodeURIComponent(player)}`,
};

export function go(address: string): void {
  location.hash = address;
}

/** `go` for an answer that takes its time: it leads nowhere once the coach has left the view that waits for it. */
export function goLater(): (address: string) => void {
  const here = route.peek();
  return (address) => {
    if (route.peek() === here) go(address);
  };
}
