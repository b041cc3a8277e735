import { expect, it } from 'vitest';
import { formatDate } from '../../../sandbox/page/text/date.ts';

const at = Date.UTC(2026, 10, 22, 23, 30) / 1000;
const reading = { now: Date.UTC(2026, 10, 22, 12), locale: 'en-GB', timeZone: 'UTC' };

it.each([
  ['{date_num}', '2026-11-22'],
  ['{date_short}', '22 Nov 2026'],
  ['{date_short_pretty} at {time}', 'today at 23:30'],
  ['{time_secs}', '23:30:00'],
  ['{ago}', 'in 11 hours'],
  ['{unheard_of}', '{unheard_of}'],
])('fills %s', (format, filled) => {
  expect(formatDate(at, format, reading)).toBe(filled);
});

it('writes a long date with its weekday', () => {
  // Whether a comma follows the weekday is up to the version of ICU.
  expect(formatDate(at, '{date_long}', reading)).toMatch(/^Sunday,? 22 November 2026$/);
});

it('reads the day in the zone of the reader', () => {
  expect(formatDate(at, '{date_pretty} {time}', { ...reading, timeZone: 'Asia/Tokyo' })).toMatch(/^tomorrow 0?8:30$/);
});

it('says that a moment just ahead of a slow clock is now', () => {
  expect(formatDate(at, '{ago}', { ...reading, now: at * 1000 - 20_000 })).toBe('now');
});
