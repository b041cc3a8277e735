import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationText, parseDuration } from '../../src/domain/duration.ts';

it.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  [' 4H ', 14_400_000],
  ['7d', 604_800_000],
  ['999999s', 999_999_000],
])('%j is %i ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

it.each([
  '',
  '5',
  'm',
  '0m',
  '-5m',
  '1.5h',
  '5 m',
  '5min',
  '1h30m',
  '1000000s',
  '５m',
  '5m\n5m',
])('%j is not a duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

it.each([
  ['24h', '1d'],
  ['60s', '1m'],
  ['90s', '90s'],
  ['90m', '90m'],
])('%j is written as %j', (text, written) => {
  expect(durationText(parseDuration(text) ?? 0)).toBe(written);
});

it('what is written is read as the same time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom('s', 'm', 'h', 'd'), (count, unit) => {
      const ms = parseDuration(`${count}${unit}`) ?? 0;

      return parseDuration(durationText(ms)) === ms;
    }),
  );
});
