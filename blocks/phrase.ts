import type { Part, Phrase } from '../src/domain/timeline.ts';
import { clip } from './foreign-text.ts';
import { channelLink, groupMention, join, link, type Mrkdwn, md, mention, webAddress, when } from './kit.ts';
import { digitsToTellApart, quantityWords } from './measurement-words.ts';

/** Draws a sentence; what somebody wrote is clipped to `quoted` characters. */
export function phrase(parts: Phrase, quoted: number): Mrkdwn {
  return join(
    parts.map((part) => partWords(part, quoted)),
    '',
  );
}

function partWords(part: Part, quoted: number): Mrkdwn | string {
  if (typeof part === 'string') return part;
  if ('person' in part) return mention(part.person);
  if ('channel' in part) return channelLink(part.channel);
  if ('group' in part) return groupMention(part.group);
  if ('time' in part) return when(part.time);
  if ('url' in part) return link(part.label, part.url);
  if ('quantity' in part) return quantity(part);
  return written(part.quote, quoted);
}

function quantity({ quantity: value, unit, beside }: Extract<Part, { quantity: number }>): Mrkdwn {
  return md`${quantityWords(value, unit, digitsToTellApart(value, beside, unit))}`;
}

/** What a person wrote: escaped, in full up to `max`, with its line feeds, and with its web addresses as links. */
export function written(text: string, max: number): Mrkdwn {
  const pieces = clip(text.trim(), max).split(/(?<url>https?:\/\/[^\s<>|`"'…]+)/);
  const isLink = (piece: string, i: number) =>
    i % 2 === 1 && webAddress(piece) !== null && !pieces[i + 1]?.startsWith('…');
  return join(
    pieces.map((piece, i) => (isLink(piece, i) ? link(piece, piece) : md`${piece}`)),
    '',
  );
}
