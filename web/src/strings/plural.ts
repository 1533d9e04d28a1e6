/** `one` or `other` by the rules of a language, with the number in front. */
export function plural(language: string, one: string, other: string): (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (count) => `${digits.format(count)} ${rules.select(count) === "one" ? one : other}`;
}
