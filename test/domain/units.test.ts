import { describe, expect, it } from 'vitest';
import { inUnit } from '../../src/domain/units.ts';

describe('a value in another unit', () => {
  it.each([
    [0.51, 'Share', 'Percent', 51],
    [51, 'Percent', 'Share', 0.51],
    [1_412_337.5, 'Microseconds', 'Milliseconds', 1_412.3375],
    [2, 'seconds', 'Milliseconds', 2_000],
    [90, 'Minutes', 'Hours', 1.5],
  ])('%d %s in %s is %d', (value, from, to, expected) => {
    expect(inUnit(value, from, to)).toBeCloseTo(expected, 9);
  });

  it('stays as it is where a unit is not declared, or not known', () => {
    expect([inUnit(7, null, 'Percent'), inUnit(7, 'Percent', null), inUnit(7, 'per hour', 'Percent')]).toEqual([
      7, 7, 7,
    ]);
    expect(inUnit(7, 'constructor', 'Percent')).toBe(7);
  });

  it('is not known where nothing turns one into the other', () => {
    expect(inUnit(7, 'Seconds', 'Percent')).toBeNull();
  });
});
