import { emojiOf } from './emoji.ts';

/** A run inside a line. Text is unescaped; drawing it as anything but text is impossible by construction. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'channel'; readonly id: string; readonly name: string }
  /** A user group, by id, or everybody in a place: `here`, `channel`, `everyone`. */
  | { readonly kind: 'group'; readonly id: string; readonly name: string }
  | {
      readonly kind: 'date';
      readonly unix: number;
      readonly format: string;
      readonly url: string;
      readonly fallback: string;
    };

/** A line or a group of lines. `item` is a line that starts with a bullet; Slack keeps the bullet as it is typed. */
export type Paragraph =
  | { readonly kind: 'line' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'item'; readonly marker: string; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string };

/** Reads Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text). Never fails: what is not markup is text. */
export function parseMrkdwn(source: string): Paragraph[] {
  return source.split(/```/).flatMap((part, i, parts): Paragraph[] => {
    const closed = i < parts.length - 1;
    if (i % 2 === 1 && closed) return [{ kind: 'pre', text: unescapeText(part.replace(/^\n|\n$/g, '')) }];
    const text = i % 2 === 1 ? `\`\`\`${part}` : part;
    if (text === '' || (i > 0 && text === '\n')) return [];
    return trimOuterBreaks(text, i > 0, closed)
      .split('\n')
      .map(parseLine);
  });
}

/** Undoes Slack's three escapes, once. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Replaces the emoji shortcodes of plain text, `:tada:` → 🎉; unknown ones stay as they are. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => emojiOf(name) ?? whole);
}

function trimOuterBreaks(text: string, afterPre: boolean, beforePre: boolean): string {
  const start = afterPre ? text.replace(/^\n/, '') : text;
  return beforePre ? start.replace(/\n$/, '') : start;
}

function parseLine(line: string): Paragraph {
  const quote = /^(&gt;|>) ?/.exec(line);
  if (quote) return { kind: 'quote', children: parseInline(line.slice(quote[0].length)) };
  const item = /^\s*([•◦-]|\d+\.) +/.exec(line);
  if (item) return { kind: 'item', marker: item[1] ?? '•', children: parseInline(line.slice(item[0].length)) };
  return { kind: 'line', children: parseInline(line) };
}

const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)(.*?\S)\3(?![\p{L}\p{N}])/u;
const SPANS = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

function parseInline(source: string): Inline[] {
  const out: Inline[] = [];
  let rest = source;
  for (let match = TOKEN.exec(rest); match; match = TOKEN.exec(rest)) {
    if (match.index > 0) out.push(plain(rest.slice(0, match.index)));
    out.push(token(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') out.push(plain(rest));
  return out;
}

function token([whole, code, angle, mark, inner]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: unescapeText(code) };
  if (angle !== undefined) return parseAngle(angle) ?? plain(whole);
  const kind = mark === '*' || mark === '_' || mark === '~' ? SPANS[mark] : 'bold';
  return { kind, children: parseInline(inner ?? '') };
}

function plain(text: string): Inline {
  return { kind: 'text', text: withEmoji(unescapeText(text)) };
}

function parseAngle(body: string): Inline | null {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? '' : unescapeText(body.slice(bar + 1));
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), name: label };
  if (target.startsWith('!date^')) return parseDate(target, label);
  if (target.startsWith('!')) return { kind: 'group', id: target.slice(1).replace(/^subteam\^/, ''), name: label };
  const url = safeUrl(unescapeText(target));
  return url ? { kind: 'link', url, label: label || url } : null;
}

function parseDate(target: string, fallback: string): Inline {
  const [, unix = '', format = '', url = ''] = target.split('^');
  return { kind: 'date', unix: Number(unix), format: unescapeText(format), url: safeUrl(url) ?? '', fallback };
}

/** The address if it is one that may be opened from a message (web and mail), else `null`. */
export function safeUrl(url: string): string | null {
  return /^(https?:\/\/|mailto:)/i.test(url) ? url : null;
}
