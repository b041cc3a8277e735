import { durationText } from '../domain/duration.ts';
import type { Span } from '../domain/rotation.ts';
import { wallOf, weekdayOf } from './zone.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment (epoch ms) as the clocks of a zone show it: `Sat 28 Nov 2026 17:00`. */
export function momentWords(zone: string, at: number): string {
  const { day, year, time } = shownAt(zone, at);
  return `${day} ${year} ${time}`;
}

/** The same without the year, for what says it beside: `Sat 28 Nov 17:00`. */
export function shortMomentWords(zone: string, at: number): string {
  const { day, time } = shownAt(zone, at);
  return `${day} ${time}`;
}

/** From one moment to another without the year; the day is said once where it is the same: `Sat 28 Nov 09:00 to 17:00`. */
export function shortSpanWords(zone: string, { from, to }: Span): string {
  const [begin, end] = [shownAt(zone, from), shownAt(zone, to)];
  const isOneDay = begin.day === end.day && begin.year === end.year;
  return `${begin.day} ${begin.time} to ${isOneDay ? end.time : `${end.day} ${end.time}`}`;
}

function shownAt(zone: string, at: number) {
  const wall = wallOf(zone, at);
  const date = new Date(wall);
  const day = `${WEEKDAYS[weekdayOf(wall) - 1]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return { day, year: date.getUTCFullYear(), time: date.toISOString().slice(11, 16) };
}

/** A span with its zone and its length: `Sat 28 Nov 2026 17:00 to Mon 30 Nov 2026 09:00 (Europe/Berlin), 40h`. */
export function spanWords(zone: string, { from, to }: Span): string {
  return `${momentWords(zone, from)} to ${momentWords(zone, to)} (${zone}), ${lengthWords(to - from)}`;
}

const MINUTE_MS = 60_000;

/** `40h`, `15h 29m`: what begins now does not begin at a full minute. */
function lengthWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0 || rest === 0 ? durationText(minutes * MINUTE_MS) : `${hours}h ${rest}m`;
}
