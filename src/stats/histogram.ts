/**
 * Every bucket's upper end is 2 % above its lower end. A value that is read from a bucket is the mean of what fell into it, so it
 * is at most `GROWTH - 1` (2 %) away from the true value, and exact where the bucket holds one sample, as it does in most teams'
 * weeks. One part of the stored format: another growth needs other field names.
 */
export const GROWTH = 1.02;

const LOG_GROWTH = Math.log(GROWTH);

export interface Bucket {
  count: number;
  /** Of the samples in it, in milliseconds; exact, so that means are exact. */
  sum: number;
}

/** Bucket number → what is in it. Adding two of them is adding their buckets, whatever the order. */
export type Histogram = ReadonlyMap<number, Readonly<Bucket>>;

/** What one sees of a histogram, in milliseconds; `null` where there is no sample. */
export interface Summary {
  readonly count: number;
  readonly median: number | null;
  readonly p90: number | null;
  readonly mean: number | null;
}

/** Number of the bucket that takes a duration: 0 for nothing at all, `i ≥ 1` for `(GROWTH^(i-2), GROWTH^(i-1)]` milliseconds. */
export function bucketOf(milliseconds: number): number {
  return milliseconds < 1 ? 0 : 1 + Math.ceil(Math.log(milliseconds) / LOG_GROWTH);
}

/** Adds to one bucket in place. */
export function addTo(histogram: Map<number, Bucket>, index: number, count: number, sum: number): void {
  const bucket = histogram.get(index);
  if (bucket) {
    bucket.count += count;
    bucket.sum += sum;
  } else histogram.set(index, { count, sum });
}

export function merge(...histograms: readonly Histogram[]): Histogram {
  const all = new Map<number, Bucket>();
  for (const histogram of histograms) {
    for (const [index, { count, sum }] of histogram) addTo(all, index, count, sum);
  }
  return all;
}

/** Count and mean are exact; median and p90 interpolate as spreadsheets' `PERCENTILE.INC` does, within 2 %. */
export function summaryOf(histogram: Histogram): Summary {
  const buckets = [...histogram].filter(([, { count }]) => count > 0).sort(([a], [b]) => a - b);
  const filled = buckets.map(([, bucket]) => bucket);
  const count = filled.reduce((total, bucket) => total + bucket.count, 0);
  if (count === 0) return { count: 0, median: null, p90: null, mean: null };

  const sum = filled.reduce((total, bucket) => total + bucket.sum, 0);
  return { count, median: quantile(filled, count, 0.5), p90: quantile(filled, count, 0.9), mean: sum / count };
}

function quantile(ascending: readonly Readonly<Bucket>[], count: number, share: number): number {
  const rank = (count - 1) * share;
  const below = valueAt(ascending, Math.floor(rank));
  const above = valueAt(ascending, Math.ceil(rank));

  return below + (above - below) * (rank % 1);
}

function valueAt(ascending: readonly Readonly<Bucket>[], rank: number): number {
  let passed = 0;
  for (const bucket of ascending) {
    passed += bucket.count;
    if (rank < passed) return bucket.sum / bucket.count;
  }
  throw new RangeError(`No sample of rank ${rank} among ${passed}`);
}
