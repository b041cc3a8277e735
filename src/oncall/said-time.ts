import { parseDuration } from '../domain/duration.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Span } from '../domain/rotation.ts';
import { momentWords } from './words.ts';
import { instantOf, parseWall, wallOf, weekdayOf } from './zone.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Where and when something was said: times are read by the clocks of the zone. */
export interface Said {
  readonly zone: string;
  /** Epoch ms. */
  readonly now: number;
}

/** A local time of day, with the day if that was said. */
interface Moment {
  readonly day: { readonly is: 'date' | 'weekday' | 'ahead'; readonly value: number } | null;
  readonly minute: number;
}
type SaidMoment = Moment | 'now';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const END = ['to', 'until', 'till'];
export const TIME_EXAMPLES =
  '2h · until 18:00 · from tomorrow 09:00 to fri 17:00 · 2026-12-24 09:00 to 2026-12-26 09:00';

/** Whether a word begins a time rather than being a name of something. */
export function beginsTime(word: string): boolean {
  const lower = word.toLowerCase();
  return (
    [...END, 'from', 'for', 'now', 'today', 'tomorrow'].includes(lower) ||
    weekday(lower) !== null ||
    parseDuration(lower) !== null ||
    /^\d/.test(lower)
  );
}

/**
 * Reads `2h`, `for 2h`, `until 18:00`, `from tomorrow 09:00 for 2h`, `2026-12-24 09:00 to 2026-12-26 09:00` as a span of time by the clocks of a
 * zone. An end without a day is the first such time after the beginning; a beginning without a day is today, and is refused when it has
 * passed. A day without a time is refused: nobody knows which end of it is meant. Refusals show examples.
 */
export function readSpan(text: string, said: Said): Result<Span> {
  const words = text.toLowerCase().replaceAll(/[,;]/g, ' ').trim().split(/\s+/).filter(Boolean);
  const at = words.findIndex((word) => END.includes(word) || word === 'for');
  const length = lengthIn(words);
  if (length !== null) return ok({ from: said.now, to: said.now + length });
  if (at < 0) return unread(text);

  const before = words.slice(0, at).filter((word, i) => !(i === 0 && word === 'from'));
  const from = before.length === 0 ? ok(said.now) : beginning(before, said);
  if (!from.ok) return from;
  const after = words.slice(at + 1);
  const to = words[at] === 'for' ? ahead(after, from.value) : end(after, from.value, said);
  return to.ok ? inOrder({ from: from.value, to: to.value }, said) : to;
}

/** `2h`, `for 2h`. */
function lengthIn(words: readonly string[]): number | null {
  const [only, ...more] = words[0] === 'for' ? words.slice(1) : words;
  return more.length === 0 && only !== undefined ? parseDuration(only) : null;
}

function inOrder(span: Span, { zone }: Said): Result<Span> {
  if (span.from < span.to) return ok(span);
  const [from, to] = [momentWords(zone, span.from), momentWords(zone, span.to)];
  return reject(
    'bad_input',
    `It would end (${to}) before it begins (${from}, ${zone}).`,
    `For example: ${TIME_EXAMPLES}`,
  );
}

function ahead([word = '', ...more]: readonly string[], from: number): Result<number> {
  const ms = more.length === 0 ? parseDuration(word) : null;
  return ms === null ? unread([word, ...more].join(' ')) : ok(from + ms);
}

function beginning(words: readonly string[], said: Said): Result<number> {
  const read = readMoment(words);
  if (!read.ok) return read;
  const moment = read.value;
  if (moment === 'now') return ok(said.now);
  const today = dayOf(said.zone, said.now);
  if (moment.day?.is === 'weekday') return ok(firstAfter(moment, said.now, said));
  const day = moment.day === null ? today : dayNamed(moment.day, today);
  const at = instantOf(said.zone, day * DAY_MS + moment.minute * MINUTE_MS);
  if (moment.day !== null || at >= said.now) return ok(at);
  const time = words.join(' ');
  return reject('bad_input', `${time} has passed today (${said.zone}).`, `Say the day as well: tomorrow ${time}`);
}

function end(words: readonly string[], from: number, said: Said): Result<number> {
  const read = readMoment(words);
  if (!read.ok) return read;
  const moment = read.value;
  if (moment === 'now') return ok(said.now);
  if (moment.day === null || moment.day.is === 'weekday') return ok(firstAfter(moment, from, said));
  const day = dayNamed(moment.day, dayOf(said.zone, said.now));
  return ok(instantOf(said.zone, day * DAY_MS + moment.minute * MINUTE_MS));
}

/** The first moment after another at which the clocks show this time, on the day of the week that was said, if one was. */
function firstAfter({ day, minute }: Moment, after: number, { zone }: Said): number {
  const first = dayOf(zone, after);
  const moments = Array.from({ length: 9 }, (_, i) => (first + i) * DAY_MS)
    .filter((wall) => day === null || weekdayOf(wall) === day.value)
    .map((wall) => instantOf(zone, wall + minute * MINUTE_MS));
  return moments.find((at) => at > after) ?? after;
}

function dayOf(zone: string, at: number): number {
  return Math.floor(wallOf(zone, at) / DAY_MS);
}

function dayNamed({ is, value }: NonNullable<Moment['day']>, today: number): number {
  return is === 'date' ? value : today + value;
}

function readMoment(words: readonly string[]): Result<SaidMoment> {
  const [first = '', second, ...more] = words.flatMap((word) => word.split(/(?<=\d)t(?=\d)/));
  if (first === 'now' && second === undefined) return ok('now');
  const time = minuteOf(first);
  if (time !== null && second === undefined) return ok({ day: null, minute: time });
  const day = dayIn(first);
  const minute = second === undefined ? null : minuteOf(second);
  if (day !== null && minute !== null && more.length === 0) return ok({ day, minute });
  if (day !== null && second === undefined) {
    return reject('bad_input', `“${first}” needs a time of day as well.`, `For example: ${first} 09:00`);
  }
  return unread(words.join(' '));
}

function dayIn(word: string): Moment['day'] {
  const named = weekday(word);
  if (named !== null) return { is: 'weekday', value: named };
  if (word === 'today' || word === 'tomorrow') return { is: 'ahead', value: word === 'today' ? 0 : 1 };
  const wall = /^\d{4}-\d\d-\d\d$/.test(word) ? parseWall(word) : null;
  return wall === null ? null : { is: 'date', value: wall / DAY_MS };
}

/** ISO weekday of `mon`, `monday`. */
function weekday(word: string): number | null {
  const i = DAYS.findIndex((day) => day === word || day.slice(0, 3) === word);
  return i < 0 ? null : i + 1;
}

function minuteOf(word: string): number | null {
  const time = /^(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/.exec(word)?.groups;
  return time ? Number(time.hour) * 60 + Number(time.minute) : null;
}

function unread(text: string): Result<never> {
  const shown = text.trim().slice(0, 60);
  return reject(
    'bad_input',
    shown === '' ? 'The time is missing.' : `I could not read “${shown}” as a time.`,
    `For example: ${TIME_EXAMPLES}`,
  );
}
