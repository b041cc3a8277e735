/** Somebody or something that can be named in the composer. */
export interface Mentionable {
  readonly id: string;
  readonly name: string;
}

/**
 * What a person typed, as Slack would hand it to the app: the three escapes, then `@name` → `<@U…>` and `#name` → `<#C…|name>`.
 * A slash command goes out unescaped, as Slack sends it, with names as `<@U…|name>`.
 */
export function composeText(typed: string, people: readonly Mentionable[], channels: readonly Mentionable[]): string {
  const isCommand = typed.startsWith('/');
  const text = isCommand ? typed : escapeText(typed);
  const withPeople = replaceNames(text, '@', people, ({ id, name }) => (isCommand ? `<@${id}|${name}>` : `<@${id}>`));
  return replaceNames(withPeople, '#', channels, ({ id, name }) => `<#${id}|${name}>`);
}

/** Slack's three escapes. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The word before the caret that begins with `@`, for completion; `null` when the caret is elsewhere. */
export function mentionAt(typed: string, caret: number): string | null {
  const match = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(typed.slice(0, caret));
  return match ? (match[1] ?? '') : null;
}

function replaceNames(
  text: string,
  sign: string,
  named: readonly Mentionable[],
  write: (one: Mentionable) => string,
): string {
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}<])${sign}([\\p{L}\\p{N}._-]+)`, 'gu'), (whole, word: string) => {
    const name = word.replace(/[._-]+$/, '');
    const one = named.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    return one ? write(one) + word.slice(name.length) : whole;
  });
}
