/** What was measured within one slot of time, as CloudWatch keeps it. */
export interface Slot {
  /** Start of the slot, epoch milliseconds. */
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** The value below which this share (0 to 1) of the samples is. */
  quantile(share: number): number;
}

/** Samples of one slot by their shape: how many, their mean, and how wide they spread (log-normal σ, 0: all alike). */
export interface Shape {
  readonly count: number;
  readonly mean: number;
  readonly spread?: number;
}

/** The slot that samples of this shape make. */
export function shapedSlot(at: number, { count, mean, spread = 0 }: Shape): Slot {
  const median = mean / Math.exp(spread ** 2 / 2);
  const quantile = (share: number): number => (spread === 0 ? mean : median * Math.exp(spread * normalQuantile(share)));
  return {
    at,
    count,
    sum: mean * count,
    min: quantile(1 / (count + 1)),
    max: quantile(count / (count + 1)),
    quantile,
  };
}

/** The slot of samples that somebody put, each with how often it came. */
export function countedSlot(at: number, samples: readonly (readonly [value: number, times: number])[]): Slot {
  const sorted = [...samples].sort(([a], [b]) => a - b);
  const count = sorted.reduce((all, [, times]) => all + times, 0);
  return {
    at,
    count,
    sum: sorted.reduce((all, [value, times]) => all + value * times, 0),
    min: sorted[0]?.[0] ?? 0,
    max: sorted.at(-1)?.[0] ?? 0,
    quantile: (share) => {
      let seen = 0;
      for (const [value, times] of sorted) {
        seen += times;
        if (seen >= share * count) return value;
      }
      return sorted.at(-1)?.[0] ?? 0;
    },
  };
}

const CENTRE = [0.3374754822726147, 0.9761690190917186, 0.1607979714918209, 0.0276438810333863] as const;
const TAIL = [
  0.0038405729373609, 0.0003951896511919, 0.0000321767881768, 0.0000002888167364, 0.0000003960315187,
] as const;

/** Quantile of the standard normal distribution: Moro's approximation, good to 3e-9. */
export function normalQuantile(share: number): number {
  const p = Math.min(Math.max(share, 1e-9), 1 - 1e-9);
  const y = p - 0.5;
  if (Math.abs(y) < 0.42) {
    const r = y * y;
    const above = ((-25.44106049637 * r + 41.39119773534) * r - 18.61500062529) * r + 2.50662823884;
    const below = (((3.13082909833 * r - 21.06224101826) * r + 23.08336743743) * r - 8.4735109309) * r + 1;
    return (y * above) / below;
  }
  const s = Math.log(-Math.log(y > 0 ? 1 - p : p));
  const [a, b, c, d] = CENTRE;
  const tail = TAIL.reduceRight((sum, factor) => sum * s + factor, 0);
  const x = a + s * (b + s * (c + s * (d + s * tail)));
  return y > 0 ? x : -x;
}
