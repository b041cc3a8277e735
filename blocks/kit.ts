import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ContextBlock,
  HeaderBlock,
  ImageBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  SectionBlock,
  SectionBlockAccessory,
} from '@slack/types';
import { type Actor, TOCSIN } from '../src/domain/incident.ts';
import { type ButtonName, buttons, encodeTarget, links, type Target } from '../src/slack/protocol.ts';
import { durationWords } from '../src/stats/duration-words.ts';
import { clip, oneLine, tame, unhidden } from './foreign-text.ts';
import { LIMITS } from './limits.ts';

export interface Message {
  /** Read by notifications, screen readers and search: it carries the whole sense. Never empty. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A run of mrkdwn. What is `whole` (a mention, a date, a link) is kept or left out, never cut. */
interface Run {
  readonly text: string;
  readonly whole: boolean;
}

/** Text that is safe to hand to Slack as mrkdwn. Only this file makes one. */
export class Mrkdwn {
  readonly runs: readonly Run[];
  constructor(runs: readonly Run[]) {
    this.runs = runs;
  }

  get text(): string {
    return this.runs.map(({ text }) => text).join('');
  }
}

export type Words = string | number | Mrkdwn;

/** Tagged template for mrkdwn. Plain strings are tamed and escaped, so an alarm name can never ping @channel. */
export function md(parts: TemplateStringsArray, ...values: Words[]): Mrkdwn {
  return new Mrkdwn(parts.flatMap((part, i) => [prose(part), ...runsOf(values[i] ?? '')]));
}

export const EMPTY = new Mrkdwn([]);

/** Puts a separator between those that say something. */
export function join(pieces: readonly (Words | null)[], separator: string): Mrkdwn {
  const filled = pieces.map((piece) => runsOf(piece ?? '')).filter((runs) => runs.some(({ text }) => text !== ''));
  return new Mrkdwn(filled.flatMap((runs, i) => (i > 0 ? [prose(separator), ...runs] : runs)));
}

export function lines(...pieces: readonly (Words | null)[]): Mrkdwn {
  return join(pieces, '\n');
}

const SLACK_ID = /^[UW][A-Z0-9]{1,30}$/;
const CHANNEL_ID = /^[CG][A-Z0-9]{1,30}$/;
const GROUP_ID = /^S[A-Z0-9]{1,30}$/;

/** A person as a mention; `Tocsin` for the bot itself. What is not the id of a Slack user is shown as text. */
export function mention(actor: Actor): Mrkdwn {
  if (actor === TOCSIN) return md`Tocsin`;
  return SLACK_ID.test(actor) ? whole(`<@${actor}>`) : md`${oneLine(actor, 40)}`;
}

/** A link to a channel. Its id comes from a service file. */
export function channelLink(id: string): Mrkdwn {
  return CHANNEL_ID.test(id) ? whole(`<#${id}>`) : md`${oneLine(id, 40)}`;
}

/** Everybody of a user group, who are notified by it. */
export function groupMention(id: string): Mrkdwn {
  return GROUP_ID.test(id) ? whole(`<!subteam^${id}>`) : md`@${oneLine(id, 40)}`;
}

/** A sentence of ours in which people are written as `<@U…>`: those become mentions, everything else is escaped. */
export function spoken(text: string): Mrkdwn {
  const pieces = text.split(/<@(?<id>[UW][A-Z0-9]{1,30})(?:\|[^>]{0,80})?>/);
  return new Mrkdwn(pieces.flatMap((piece, i) => (i % 2 === 1 ? mention(piece).runs : runsOf(piece))));
}

/** A moment in each reader's own time zone; the fallback is UTC. */
export function when(at: number): Mrkdwn {
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return whole(`<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${fallback}>`);
}

/** How long ago something was, counted on by the reader's own Slack: a card is redrawn only when something changes. */
export function ago(at: number, now: number): Mrkdwn {
  return whole(`<!date^${Math.floor(at / 1000)}^{ago}|${roughly(now - at)} ago>`);
}

/** A length of time in whole minutes, for sentences: `less than 1 min`, `12 min`, `3 h 5 min`. */
export function roughly(ms: number): string {
  return ms < MINUTE ? 'less than 1 min' : durationWords(Math.floor(ms / MINUTE) * MINUTE);
}

const MINUTE = 60_000;

/** A link with a label; only the label, where the address is none that a browser should open. */
export function link(label: string, url: string | null): Mrkdwn {
  const address = url === null ? null : webAddress(url);
  const words = oneLine(label, 75).replaceAll('|', '¦') || (address === null ? '' : new URL(address).host);
  return address === null ? md`${words}` : whole(`<${escaped(address)}|${escaped(words)}>`);
}

/** `http` and `https` only, within Slack's limit, without anything that could end a link early; otherwise `null`. */
export function webAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, href, username, password } = new URL(url);
  const address = href.replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C');
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && escaped(address).length <= LIMITS.url - 100 ? address : null;
}

/** As much as fits: prose is cut, mentions, dates and links stay whole or go. */
export function clipped(words: Mrkdwn, max: number): string {
  const all = words.text;
  if (all.length <= max) return all;

  let kept = '';
  for (const { text, whole: isWhole } of words.runs) {
    if (kept.length + text.length < max) kept += text;
    else return `${kept}${isWhole ? '' : cutEscaped(text, max - 1 - kept.length)}…`;
  }
  return kept;
}

export function message(text: Mrkdwn, ...blocks: (KnownBlock | null)[]): Message {
  return { text: clipped(text, LIMITS.messageText), blocks: present(blocks) };
}

export function present<T>(items: readonly (T | null)[]): T[] {
  return items.filter((item): item is T => item !== null);
}

/** What begins a mention where text is read as markup. */
const MENTION = /<(?=[!@#])/g;

/** Slack draws plain text as it is, so nothing is escaped; a bracket that would begin a mention elsewhere is replaced all the same. */
export function plain(text: string, max: number): PlainTextElement {
  const safe = oneLine(text, max).replace(MENTION, '‹');
  return { type: 'plain_text', text: safe === '' ? '–' : safe, emoji: true };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, LIMITS.headerText) };
}

export function section(text: Mrkdwn, accessory?: SectionBlockAccessory): SectionBlock {
  return { type: 'section', text: mrkdwn(text, LIMITS.sectionText), ...(accessory && { accessory }) };
}

/** A section that is never folded behind “see more”. */
export function openSection(text: Mrkdwn): SectionBlock {
  return { ...section(text), expand: true };
}

/** Short facts side by side; on a phone, one below the other. */
export function facts(...fields: readonly Mrkdwn[]): SectionBlock {
  return { type: 'section', fields: fields.slice(0, LIMITS.fields).map((field) => mrkdwn(field, LIMITS.fieldText)) };
}

export function context(text: Mrkdwn): ContextBlock {
  return { type: 'context', elements: [mrkdwn(text, LIMITS.sectionText)] };
}

/** A picture that was uploaded to Slack, by the file's id; the words stand for it where it is not seen. */
export function image(file: string, alt: string): ImageBlock {
  return {
    type: 'image',
    slack_file: { id: file },
    alt_text: oneLine(alt, LIMITS.altText).replace(MENTION, '‹') || 'A graph',
  };
}

/** A text to copy, letter by letter: nothing in it is markup. Never empty. */
export function preformatted(text: string): RichTextBlock {
  const copied = clip(unhidden(text).trim(), LIMITS.sectionText) || '–';
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: copied }] }],
  };
}

export function actions(...elements: ActionsBlockElement[]): ActionsBlock {
  return { type: 'actions', elements };
}

export function button(name: ButtonName, target: Target): Button {
  return targetButton(buttons[name], target);
}

/** A button of the protocol that carries which incident it is about, and the version that was seen. */
export function targetButton(
  spec: { readonly actionId: string; readonly label: string; readonly style?: 'primary' | 'danger' },
  target: Target,
): Button {
  return {
    type: 'button',
    action_id: spec.actionId,
    text: plain(spec.label, LIMITS.buttonLabel),
    value: encodeTarget(target),
    accessibility_label: `${spec.label} ${target.incident}`,
    ...(spec.style && { style: spec.style }),
  };
}

/** Opens an incident's card for whoever presses it. */
export function showButton(incident: string): Button {
  return {
    type: 'button',
    action_id: links.show.actionId,
    text: plain(links.show.label, LIMITS.buttonLabel),
    value: incident,
    accessibility_label: `${links.show.label} ${incident}`,
  };
}

/** `verbatim`: Slack must not turn `@here`, `#general` or an address in foreign text into something that it was not. */
function mrkdwn(text: Mrkdwn, max: number): MrkdwnElement {
  const fitted = clipped(text, max);
  return { type: 'mrkdwn', text: fitted.trim() === '' ? '–' : fitted, verbatim: true };
}

function runsOf(value: Words): readonly Run[] {
  return value instanceof Mrkdwn ? value.runs : [prose(escaped(tame(String(value))))];
}

function prose(text: string): Run {
  return { text, whole: false };
}

function whole(text: string): Mrkdwn {
  return new Mrkdwn([{ text, whole: true }]);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Cuts escaped text without leaving half an entity or half a character behind. */
function cutEscaped(text: string, max: number): string {
  return text
    .slice(0, Math.max(0, max))
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/&[a-z]{0,3}$/, '');
}
