/** Slack user ids by what else people are called: names, e-mail addresses, ids of other services. Case does not matter. */
export type People = Readonly<Record<string, string>>;

/** The Slack user id of whoever is called one of these, the first that is known; `null`: nobody is. */
export function personCalled(people: People, names: readonly string[]): string | null {
  const known = new Map(Object.entries(people).map(([name, id]) => [plain(name), id]));
  return names.map((name) => known.get(plain(name))).find((id) => id !== undefined) ?? null;
}

/** Those who are not known, each once. */
export function unknownAmong(people: People, places: readonly { readonly person: string }[]): string[] {
  const known = new Set(Object.values(people));
  return [...new Set(places.map(({ person }) => person))].filter((person) => !known.has(person));
}

/** Whether a text has the form of a Slack user id. */
export function isSlackId(text: string): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(text);
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}
