import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTo, type Bucket, bucketOf, GROWTH, type Histogram, merge, summaryOf } from '../../src/stats/histogram.ts';

/** From nothing to fourteen months, with as many short ones as long ones. */
const duration = fc.oneof(fc.nat(5000), fc.nat(7_200_000), fc.nat(36_000_000_000));
const durations = fc.array(duration, { maxLength: 60 });

describe('a histogram of durations', () => {
  it('reads median and p90 within 2 % of those of the samples themselves', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), (samples) => {
        const summary = summaryOf(histogramOf(samples));

        expectWithin2Percent(summary.median, percentile(samples, 0.5));
        expectWithin2Percent(summary.p90, percentile(samples, 0.9));
      }),
    );
  });

  it('keeps count and mean exactly', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1 }), (samples) => {
        const { count, mean } = summaryOf(histogramOf(samples));

        expect(count).toBe(samples.length);
        expect(mean).toBe(samples.reduce((sum, sample) => sum + sample, 0) / samples.length);
      }),
    );
  });

  it('is the same whether samples are put together first or histograms are merged', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        expect(merge(histogramOf(left), histogramOf(right))).toEqual(histogramOf([...left, ...right]));
      }),
    );
  });

  it('merges in any order and grouping, and nothing changes nothing', () => {
    fc.assert(
      fc.property(durations, durations, durations, (first, second, third) => {
        const [a, b, c] = [histogramOf(first), histogramOf(second), histogramOf(third)];

        expect(merge(a, b)).toEqual(merge(b, a));
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect(merge(a, new Map())).toEqual(a);
      }),
    );
  });

  it('puts longer durations into later buckets, none wider than its growth', () => {
    fc.assert(
      fc.property(duration, duration, (one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)];

        expect(bucketOf(short)).toBeLessThanOrEqual(bucketOf(long));
        if (short > 0 && bucketOf(short) === bucketOf(long)) expect(long / short).toBeLessThan(GROWTH + 1e-9);
      }),
    );
  });

  it('reads a lone sample as it is', () => {
    expect(summaryOf(histogramOf([156_000]))).toEqual({ count: 1, median: 156_000, p90: 156_000, mean: 156_000 });
  });

  it('interpolates as spreadsheets do', () => {
    const summary = summaryOf(histogramOf([1000, 2000, 4000, 8000]));

    expect(summary.median).toBe(3000);
    expect(summary.p90).toBeCloseTo(6800);
  });

  it('says null and not zero when there is no sample', () => {
    const nothing = { count: 0, median: null, p90: null, mean: null };

    expect(summaryOf(new Map())).toEqual(nothing);
    expect(summaryOf(new Map([[7, { count: 0, sum: 0 }]]))).toEqual(nothing);
  });

  it('says zero when what was measured took no time', () => {
    expect(summaryOf(histogramOf([0, 0]))).toEqual({ count: 2, median: 0, p90: 0, mean: 0 });
  });
});

function histogramOf(samples: readonly number[]): Histogram {
  const histogram = new Map<number, Bucket>();
  for (const sample of samples) addTo(histogram, bucketOf(sample), 1, sample);
  return histogram;
}

function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank % 1);
}

function expectWithin2Percent(read: number | null, truth: number): void {
  expect(Math.abs((read ?? Number.NaN) - truth)).toBeLessThanOrEqual(truth * 0.02 + 1e-6);
}
