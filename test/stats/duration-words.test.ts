import { describe, expect, it } from 'vitest';
import { comparisonWords, durationWords } from '../../src/stats/duration-words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a duration in words', () => {
  it.each([
    [null, '–'],
    [0, '0 s'],
    [1, '< 1 s'],
    [999.6, '< 1 s'],
    [45 * SECOND, '45 s'],
    [59.6 * SECOND, '1 min'],
    [156 * SECOND, '2 min 36 s'],
    [2 * MINUTE, '2 min'],
    [HOUR - 1, '1 h'],
    [3 * HOUR + 5 * MINUTE + 20 * SECOND, '3 h 5 min'],
    [24 * HOUR - SECOND, '1 d'],
    [52 * HOUR, '2 d 4 h'],
  ])('says %s ms as %j', (milliseconds, words) => {
    expect(durationWords(milliseconds)).toBe(words);
  });
});

describe('a comparison in words', () => {
  it.each([
    [88, 100, '−12 %'],
    [108, 100, '+8 %'],
    [100.2, 100, '±0 %'],
    [0, 0, '±0 %'],
    [5, 0, 'from 0 s'],
    [0, 5, '−100 %'],
    [1300, 100, '13 times'],
    [5, null, 'no earlier sample'],
    [null, 5, '–'],
    [null, null, '–'],
  ])('says %s after %s as %j', (current, previous, words) => {
    expect(comparisonWords(current, previous)).toBe(words);
  });
});
