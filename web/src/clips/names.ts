/** The names in a list that a person typed: without blanks, each once. */
export function namesOf(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}
