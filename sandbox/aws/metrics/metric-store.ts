import type { MetricRef } from '../alarm-definitions.ts';
import type { Shape, Slot } from './slot.ts';
import { countedSlot, shapedSlot } from './slot.ts';

/** What a running system measured in the slot that begins at `at` (epoch ms); `null` when it said nothing. Pure. */
export type Generator = (at: number) => Shape | null;

/** Metrics with their samples: those of running systems are computed when asked for, those that somebody put are kept. */
export interface MetricStore {
  /** Gives a metric a past and a future; the newest generator of a metric wins. */
  generate(metric: MetricRef, slotMs: number, generator: Generator): void;
  /** Keeps samples, each with how often it came. The oldest minutes of a metric are forgotten first. */
  put(metric: MetricRef, at: number, samples: readonly (readonly [value: number, times: number])[]): void;
  has(metric: MetricRef): boolean;
  all(): readonly MetricRef[];
  /** Of this very metric (the dimensions must be all of its own), from `from` up to but not at `to`, oldest first. */
  slots(metric: MetricRef, from: number, to: number): readonly Slot[];
}

interface Kept {
  readonly metric: MetricRef;
  generated: { readonly slotMs: number; readonly generator: Generator } | null;
  readonly put: Map<number, [value: number, times: number][]>;
}

const MINUTE_MS = 60_000;
/** CloudWatch keeps minutes for 15 days; whoever asks for more gets these. */
const REACH_MS = 15 * 86_400_000;
/** A day of minutes that somebody put. */
const MINUTES_KEPT = 1440;
const SAMPLES_PER_MINUTE = 1000;
const MOST_METRICS = 5000;

export function createMetricStore(now: () => number): MetricStore {
  const metrics = new Map<string, Kept>();

  const kept = (metric: MetricRef): Kept => {
    const key = keyOf(metric);
    const known = metrics.get(key);
    if (known !== undefined) return known;
    const oldest = metrics.keys().next().value;
    if (metrics.size >= MOST_METRICS && oldest !== undefined) metrics.delete(oldest);
    const fresh: Kept = { metric, generated: null, put: new Map() };
    metrics.set(key, fresh);
    return fresh;
  };

  return {
    generate: (metric, slotMs, generator) => {
      kept(metric).generated = { slotMs, generator };
    },
    put: (metric, at, samples) => {
      const minutes = kept(metric).put;
      const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      const known = minutes.get(minute) ?? [];
      minutes.set(
        minute,
        [...known, ...samples.map(([value, times]): [number, number] => [value, times])].slice(-SAMPLES_PER_MINUTE),
      );
      if (minutes.size > MINUTES_KEPT) minutes.delete(Math.min(...minutes.keys()));
    },
    has: (metric) => metrics.has(keyOf(metric)),
    all: () => [...metrics.values()].map(({ metric }) => metric),
    slots: (metric, from, to) => {
      const found = metrics.get(keyOf(metric));
      if (found === undefined) return [];
      const first = Math.max(from, now() - REACH_MS);
      return [...generatedSlots(found, first, Math.min(to, now())), ...putSlots(found, first, to)];
    },
  };
}

/** Two spellings of one metric have one key: the order of dimensions does not matter. */
export function keyOf({ namespace, name, dimensions }: MetricRef): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function generatedSlots({ generated }: Kept, from: number, to: number): Slot[] {
  if (generated === null) return [];
  const { slotMs, generator } = generated;
  const slots: Slot[] = [];
  for (let at = Math.ceil(from / slotMs) * slotMs; at < to; at += slotMs) {
    const shape = generator(at);
    if (shape !== null) slots.push(shapedSlot(at, shape));
  }
  return slots;
}

function putSlots({ put }: Kept, from: number, to: number): Slot[] {
  return [...put]
    .filter(([at]) => at >= from && at < to)
    .sort(([a], [b]) => a - b)
    .map(([at, samples]) => countedSlot(at, samples));
}
