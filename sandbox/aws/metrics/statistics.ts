import type { MetricRef } from '../alarm-definitions.ts';
import type { MetricStore } from './metric-store.ts';
import type { Slot } from './slot.ts';

/** Values by the start of their period, epoch milliseconds. */
export type Points = ReadonlyMap<number, number>;

const STATISTICS: Readonly<Record<string, (slots: readonly Slot[]) => number>> = {
  Sum: (slots) => total(slots, ({ sum }) => sum),
  SampleCount: (slots) => total(slots, ({ count }) => count),
  Average: (slots) => total(slots, ({ sum }) => sum) / total(slots, ({ count }) => count),
  Minimum: (slots) => Math.min(...slots.map(({ min }) => min)),
  Maximum: (slots) => Math.max(...slots.map(({ max }) => max)),
};
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

export function isStatistic(name: string): boolean {
  return Object.hasOwn(STATISTICS, name) || PERCENTILE.test(name);
}

/**
 * One statistic over slots of which there is at least one. A percentile over several slots is the mean of theirs, weighed by
 * how much each holds: near enough for slots that are alike.
 */
export function statisticOf(name: string, slots: readonly Slot[]): number {
  const plain = Object.hasOwn(STATISTICS, name) ? STATISTICS[name] : undefined;
  if (plain !== undefined) return plain(slots);
  const share = Number(PERCENTILE.exec(name)?.[1]) / 100;
  return total(slots, (slot) => slot.quantile(share) * slot.count) / total(slots, ({ count }) => count);
}

/** One statistic of a metric, period by period; a period without samples has no value. Times are epoch milliseconds. */
export function pointsOf(
  store: MetricStore,
  {
    metric,
    statistic,
    periodMs,
  }: { readonly metric: MetricRef; readonly statistic: string; readonly periodMs: number },
  from: number,
  to: number,
): Points {
  const first = Math.floor(from / periodMs) * periodMs;
  const byPeriod = new Map<number, Slot[]>();
  for (const slot of store.slots(metric, first, to)) {
    const period = Math.floor(slot.at / periodMs) * periodMs;
    const slots = byPeriod.get(period);
    if (slots === undefined) byPeriod.set(period, [slot]);
    else slots.push(slot);
  }
  return new Map([...byPeriod].map(([at, slots]) => [at, statisticOf(statistic, slots)]));
}

function total(slots: readonly Slot[], part: (slot: Slot) => number): number {
  return slots.reduce((sum, slot) => sum + part(slot), 0);
}
