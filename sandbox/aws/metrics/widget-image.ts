import type { Chart } from '../../../src/charts/chart.ts';
import type { Renderer } from '../../../src/charts/renderer.ts';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { isObject, list, number, object, objects, requiredText, text } from '../input.ts';
import type { MetricStore } from './metric-store.ts';
import type { MetricDataQuery } from './queries.ts';
import { runQueries } from './queries.ts';
import { isStatistic } from './statistics.ts';

const USUAL_PERIOD_S = 300;
const USUAL_SPAN_MS = 3 * 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { M: 60_000, H: 3_600_000, D: 86_400_000, W: 7 * 86_400_000 };

/**
 * Draws `MetricWidget` as PNG: its metrics and expressions, the first horizontal annotation as the threshold, the first vertical
 * one as the moment of the alarm.
 * @throws AwsError InvalidParameterValue for a widget that cannot be read
 */
export async function widgetImage(
  store: MetricStore,
  now: number,
  renderer: Pick<Renderer, 'render'>,
  input: Input,
): Promise<object> {
  const png = await renderer.render(chartOf(widgetIn(requiredText(input, 'MetricWidget')), store, now));
  return { MetricWidgetImage: Buffer.from(png).toString('base64') };
}

/** The chart of a widget. */
export function chartOf(widget: Input, store: MetricStore, now: number): Chart {
  const to = momentOf(widget.end, now) ?? now;
  const from = momentOf(widget.start, now) ?? to - USUAL_SPAN_MS;
  const queries = queriesOf(widget);
  if (queries.length === 0) throw invalid('The metric widget has no metrics');
  const annotations = object(widget, 'annotations') ?? {};
  const [limit] = objects(annotations, 'horizontal');
  const [moment] = objects(annotations, 'vertical');
  const level = limit === undefined ? undefined : number(limit, 'value');
  return {
    title: text(widget, 'title') ?? queries[0]?.label ?? 'Metric',
    unit: null,
    from,
    to,
    series: runQueries(store, queries, { from, to })
      .filter(({ query }) => query.isReturned)
      .flatMap(({ series }) => series)
      .map(({ label, points }) => ({ label, points: [...points].sort(([a], [b]) => a - b) })),
    threshold: level === undefined ? null : { value: level, words: text(limit ?? {}, 'label') ?? `at ${level}` },
    band: [],
    firedAt: momentOf(moment?.value, now),
  };
}

/** Each entry is namespace, name, dimensions and options; `.` repeats the same place of the entry before, `...` all up to there. */
function queriesOf(widget: Input): readonly MetricDataQuery[] {
  const entries = list(widget, 'metrics') ?? [];
  let before: readonly string[] = [];
  return entries.map((entry, index) => {
    const parts: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const options = parts.find(isObject) ?? {};
    const words = spelledOut(
      parts.filter((part) => typeof part === 'string'),
      before,
    );
    if (words.length > 0) before = words;
    return queryOf(words, options, widget, index);
  });
}

function spelledOut(words: readonly string[], before: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === '...') return [...before.slice(0, Math.max(0, before.length - rest.length)), ...rest];
  return words.map((word, i) => (word === '.' ? (before[i] ?? '') : word));
}

function queryOf(words: readonly string[], options: Input, widget: Input, index: number): MetricDataQuery {
  const id = text(options, 'id') ?? `w${index}`;
  const label = text(options, 'label') ?? null;
  const isReturned = options.visible !== false;
  const period = number(options, 'period') ?? number(widget, 'period') ?? USUAL_PERIOD_S;
  const expression = text(options, 'expression');
  if (expression !== undefined)
    return { id, label, isReturned, periodMs: period * 1000, of: { kind: 'expression', expression } };
  const [namespace = '', name = '', ...pairs] = words;
  if (namespace === '' || name === '') throw invalid(`The metric number ${index + 1} of the widget cannot be read`);
  const statistic = text(options, 'stat') ?? text(widget, 'stat') ?? 'Average';
  if (!isStatistic(statistic)) throw invalid(`The statistic ${statistic} is not offered here`);
  const dimensions = Object.fromEntries(pairs.flatMap((key, i) => (i % 2 === 0 ? [[key, pairs[i + 1] ?? '']] : [])));
  const metric = { namespace, name, dimensions };
  return { id, label, isReturned, periodMs: null, of: { kind: 'metric', metric, statistic, periodMs: period * 1000 } };
}

/** `-PT3H`, `-P1D` or a time; `null` for anything else. */
function momentOf(value: unknown, now: number): number | null {
  if (typeof value !== 'string') return null;
  const [, days, amount, unit = ''] = /^-?P(?:(\d+)D)?(?:T?(\d+)([MHDW]))?$/.exec(value) ?? [];
  if (days !== undefined || amount !== undefined)
    return now - Number(days ?? 0) * 86_400_000 - Number(amount ?? 0) * (UNITS_MS[unit] ?? 0);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function widgetIn(json: string): Input {
  try {
    const widget: unknown = JSON.parse(json);
    if (isObject(widget)) return widget;
  } catch {
    // Falls through: both cases have one answer.
  }
  throw invalid('The metric widget is not a JSON object');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}
