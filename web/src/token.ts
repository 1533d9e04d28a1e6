import { signal } from "@preact/signals";

const KEY = "cricksy.token";

/** The coach's bearer token; empty while nobody is signed in. It lives as long as the tab. */
export const token = signal(sessionStorage.getItem(KEY) ?? "");

/** Whether an earlier token was refused: the page then asks for another one and keeps what it shows. */
export const expired = signal(false);

let waiting: (() => void)[] = [];

export function signIn(value: string): void {
  sessionStorage.setItem(KEY, value);
  token.value = value;
  expired.value = false;
  const resolved = waiting;
  waiting = [];
  for (const resolve of resolved) resolve();
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  token.value = "";
  expired.value = false;
}

/** Says that the API refused `refused`. A token that has been renewed meanwhile stays. */
export function refuse(refused: string): void {
  if (token.value !== refused) return;
  sessionStorage.removeItem(KEY);
  expired.value = true;
  token.value = "";
}

/** The token, as soon as there is one. */
export async function tokenToSend(): Promise<string> {
  while (token.value === "") await new Promise<void>((resolve) => waiting.push(resolve));
  return token.value;
}

/** Takes the token out of `#token=…&view=…`, so that neither the address bar nor the history keeps it. */
export function takeFragment(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const value = given.get("token");
  if (!value) return;
  history.replaceState(null, "", `${location.pathname}#${given.get("view") ?? "/clips"}`);
  signIn(value);
}
