import { quantityWords } from '../../blocks/measurement-words.ts';
import { type Chart, drawnOf } from './chart.ts';

/** What the vertical axis spans, and where it is labelled. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** Whether the threshold is on the chart; one that would press the course flat is only said in words. */
  readonly showsThreshold: boolean;
}

/** A course that fills less of the height than this cannot be read. */
const LEAST_SHARE = 0.08;
const TICKS = 5;

/** Spans all that is drawn; from zero where that costs little, so that small changes do not look large. */
export function scaleOf(chart: Chart): Scale {
  const values = [
    ...drawnOf(chart).flatMap(({ points }) => points.map(([, value]) => value)),
    ...chart.band.flatMap(([, low, high]) => [low, high]),
  ].filter(Number.isFinite);
  const own = spanOf(values);
  const limit = chart.threshold?.value ?? null;
  if (limit === null) return { ...ticked(own, chart.unit), showsThreshold: false };

  const both = spanOf([...values, limit]);
  const highest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isFar = limit > highest && highest - both.low < LEAST_SHARE * (both.high - both.low) && isMoving(values);
  return isFar
    ? { ...ticked(own, chart.unit), showsThreshold: false }
    : { ...ticked(both, chart.unit), showsThreshold: true };
}

function isMoving(values: readonly number[]): boolean {
  return values.some((value) => value !== values[0]);
}

function spanOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  const min = values.reduce((a, b) => Math.min(a, b));
  const max = values.reduce((a, b) => Math.max(a, b));
  if (min === max) {
    const room = Math.abs(min) / 2 || 1;
    return min >= 0 ? { low: 0, high: min + room } : { low: min - room, high: 0 };
  }
  const room = (max - min) * 0.08;
  if (min >= 0) return { low: min < max * 0.6 ? 0 : min - room, high: max + room };
  return { low: min - room, high: max <= 0 && max > min * 0.6 ? 0 : max + room };
}

/** Round numbers, about five: their step is 1, 2 or 5 times a power of ten. */
function ticked(
  { low, high }: { low: number; high: number },
  unit: string | null,
): Pick<Scale, 'low' | 'high' | 'ticks'> {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  const values = Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { low, high, ticks: values.map((value) => ({ value, label: quantityWords(value, unit) })) };
}
