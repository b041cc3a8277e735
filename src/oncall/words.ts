import { durationText } from '../domain/duration.ts';
import type { Span } from '../domain/rotation.ts';
import { wallOf, weekdayOf } from './zone.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment (epoch ms) as the clocks of a zone show it: `Sat 28 Nov 2026 17:00`. */
export function momentWords(zone: string, at: number): string {
  const wall = wallOf(zone, at);
  const date = new Date(wall);
  const day = `${WEEKDAYS[weekdayOf(wall) - 1]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${date.toISOString().slice(11, 16)}`;
}

/** A span with its zone and its length: `Sat 28 Nov 2026 17:00 to Mon 30 Nov 2026 09:00 (Europe/Berlin), 40h`. */
export function spanWords(zone: string, { from, to }: Span): string {
  return `${momentWords(zone, from)} to ${momentWords(zone, to)} (${zone}), ${durationText(to - from)}`;
}
