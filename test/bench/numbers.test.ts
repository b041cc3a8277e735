import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile } from '../../bench/numbers.ts';

const samples = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile', () => {
  it.each([
    [0.5, 3],
    [0.9, 5],
    [0.2, 1],
    [0.21, 2],
    [1, 5],
    [0, 1],
  ])('at %d of 1 to 5 is %d', (at, expected) => {
    expect(quantile([5, 3, 1, 4, 2], at)).toBe(expected);
  });

  it('is a sample that at least that share of all samples do not exceed', () => {
    fc.assert(
      fc.property(samples, share, (all, at) => {
        const found = quantile(all, at);

        expect(all).toContain(found);
        expect(all.filter((one) => one <= found).length).toBeGreaterThanOrEqual(at * all.length - 1e-9);
      }),
    );
  });

  it('counts what never came as worse than everything', () => {
    const all = [1, 2, Number.POSITIVE_INFINITY];

    expect([quantile(all, 0.5), quantile(all, 0.99)]).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  it('is not a number without samples', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('the median', () => {
  it.each([
    [[7], 7],
    [[1, 9], 5],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (all, expected) => {
    expect(median(all)).toBe(expected);
  });
});
