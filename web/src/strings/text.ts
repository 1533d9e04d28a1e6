import { signal } from "@preact/signals";

import { en } from "./en";

/** Functions and words take any text, lists any length: what a translation must have is the same names. */
type Translated<T> = T extends string
  ? string
  : T extends (...given: infer A) => string
    ? (...given: A) => string
    : { readonly [K in keyof T]: Translated<T[K]> };

export type Strings = Translated<typeof en>;
export const LANGUAGES = { en: "English", hi: "हिन्दी (मसौदा)" } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = "cricksy.language";

/** The language of the page. */
export const language = signal<Language>("en");

const strings = signal<Strings>(en);

/** The words of the page in the coach's language. */
export function t(): Strings {
  return strings.value;
}

/** Throws where the words of the language cannot be loaded; the page then keeps those that it has. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  strings.value = wanted === "hi" ? (await import("./hi")).hi : en;
  language.value = wanted;
  localStorage.setItem(KEY, wanted);
  document.documentElement.lang = wanted;
}

/** The language that the coach chose, else the browser's first that the page has. */
export function preferredLanguage(): Language {
  const known = (name: string): name is Language => name in LANGUAGES;
  return [localStorage.getItem(KEY) ?? "", ...navigator.languages].map((name) => name.slice(0, 2)).find(known) ?? "en";
}
