import { oneLine } from '../../blocks/foreign-text.ts';
import { quantityWords } from '../../blocks/measurement-words.ts';
import { type Chart, drawnOf, thresholdWords } from './chart.ts';

const MAX_ALT = 500;

/**
 * The chart for those who do not see it: what, from when to when, between which values, and when it crossed the limit.
 * `p95 latency, 23:10 to 02:10 UTC on 22 Nov: between 120 ms and 2.4 s, newest 2.4 s. Alarms above 800 ms, crossed at 01:52 UTC.`
 */
export function chartWords(chart: Chart): string {
  const drawn = drawnOf(chart);
  const span = spanWords(chart);
  const head = `${oneLine(chart.title, 80)}, ${span}`;
  if (drawn.length === 0) return `${head}: no data.`;
  const { threshold } = chart;
  const limit = threshold ? ` ${upperFirst(oneLine(thresholdWords(threshold), 70))}${crossedWords(chart)}.` : '';
  const fired = chart.firedAt === null ? '' : ` The alarm fired at ${clockWords(chart.firedAt)} UTC.`;
  return oneLine(`${head}: ${courseWords(chart)}.${limit}${fired}`, MAX_ALT);
}

/** `23:10 to 02:10 UTC on 22 Nov`; a day or more begins with its day. */
function spanWords({ from, to }: Pick<Chart, 'from' | 'to'>): string {
  const begin = to - from < DAY_MS ? clockWords(from) : `${clockWords(from)} on ${dayWords(from)}`;
  return `${begin} to ${clockWords(to)} UTC on ${dayWords(to)}`;
}

const DAY_MS = 86_400_000;

function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function courseWords(chart: Chart): string {
  const drawn = drawnOf(chart);
  const values = drawn.flatMap(({ points }) => points.map(([, value]) => value));
  const words = (value: number) => quantityWords(value, chart.unit);
  const min = values.reduce((a, b) => Math.min(a, b));
  const max = values.reduce((a, b) => Math.max(a, b));
  const range = min === max ? `always ${words(max)}` : `between ${words(min)} and ${words(max)}`;
  if (drawn.length > 1) return `${drawn.length} lines, ${range}`;
  const newest = drawn[0]?.points.at(-1)?.[1];
  return newest === undefined || min === max ? range : `${range}, newest ${words(newest)}`;
}

/** When the first line came to be on the wrong side, after it was on the right one. */
function crossedWords(chart: Chart): string {
  const { threshold } = chart;
  const points = drawnOf(chart)[0]?.points ?? [];
  if (!threshold) return '';
  const isBad = ([, value]: readonly [number, number]) =>
    threshold.words.includes('below') ? value < threshold.value : value > threshold.value;
  const crossing = points.findLast((point, i) => {
    const before = points[i - 1];
    return isBad(point) && before !== undefined && !isBad(before);
  });
  if (crossing) return `, crossed at ${clockWords(crossing[0])} UTC`;
  return points.length > 0 && points.every(isBad) ? ', crossed all the time' : '';
}

function clockWords(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function dayWords(at: number): string {
  const [, day = '', month = ''] = new Date(at).toUTCString().split(' ');
  return `${Number(day)} ${month}`;
}
