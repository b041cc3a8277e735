import type { Matcher } from './parse.ts';

export type Labels = Readonly<Record<string, string>>;

/** One series of a running system. Pure functions of the time, epoch milliseconds. */
export type PromSeries =
  | { readonly kind: 'gauge'; readonly labels: Labels; readonly value: (at: number) => number | null }
  | { readonly kind: 'counter'; readonly labels: Labels; readonly perSecond: (at: number) => number | null };

const SAMPLES = 48;
const SCRAPE_MS = 15_000;

/** The series that a selector means. A pattern has to match the whole value, as Prometheus has it. */
export function selected(series: readonly PromSeries[], matchers: readonly Matcher[]): readonly PromSeries[] {
  const tests = matchers.map(({ label, operator, value }) => {
    const pattern = operator.endsWith('~') ? new RegExp(`^(?:${value})$`) : null;
    const isWanted = !operator.startsWith('!');
    return (labels: Labels): boolean => {
      const found = labels[label] ?? '';
      return (pattern === null ? found === value : pattern.test(found)) === isWanted;
    };
  });
  return series.filter(({ labels }) => tests.every((test) => test(labels)));
}

/** How much a counter grew within a range, from samples of its speed; `null` when it was not there. */
export function growth(series: PromSeries, at: number, rangeMs: number): number | null {
  const step = Math.max(SCRAPE_MS, rangeMs / SAMPLES);
  const count = Math.max(1, Math.round(rangeMs / step));
  const speeds = Array.from({ length: count }, (_, i) => speedOf(series, at - (i + 0.5) * step));
  const known = speeds.filter((speed) => speed !== null);
  return known.length === 0 ? null : (known.reduce((sum, speed) => sum + speed, 0) / known.length) * (rangeMs / 1000);
}

/** What a gauge was within a range. */
export function within(series: PromSeries, at: number, rangeMs: number): readonly number[] {
  const step = Math.max(SCRAPE_MS, rangeMs / SAMPLES);
  const count = Math.max(1, Math.round(rangeMs / step));
  return Array.from({ length: count }, (_, i) => valueAt(series, at - i * step, at)).filter((value) => value !== null);
}

/** A counter counts from the start of the day before `now`, so that it looks like one of a service that runs for a while. */
export function valueAt(series: PromSeries, at: number, now: number): number | null {
  if (series.kind === 'gauge') return series.value(at);
  if (series.perSecond(at) === null) return null;
  const start = Math.floor(now / 86_400_000 - 1) * 86_400_000;
  return growth(series, at, Math.max(SCRAPE_MS, at - start));
}

function speedOf(series: PromSeries, at: number): number | null {
  if (series.kind === 'counter') return series.perSecond(at);
  const [now, before] = [series.value(at), series.value(at - SCRAPE_MS)];
  return now === null || before === null ? null : ((now - before) / SCRAPE_MS) * 1000;
}
