import type { MetricRef } from '../alarm-definitions.ts';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { number, object, objects, requiredText, text, validation } from '../input.ts';
import type { Series, Value } from './evaluate.ts';
import { evaluate, seriesOf } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import { groupedSeries, parseInsights } from './insights.ts';
import type { MetricStore } from './metric-store.ts';
import { isStatistic, pointsOf } from './statistics.ts';

/** One of the queries that a request asks together; expressions name the others by their ids. */
export interface MetricDataQuery {
  readonly id: string;
  readonly label: string | null;
  readonly isReturned: boolean;
  readonly periodMs: number | null;
  readonly of:
    | { readonly kind: 'metric'; readonly metric: MetricRef; readonly statistic: string; readonly periodMs: number }
    | { readonly kind: 'expression'; readonly expression: string };
}

/** Epoch milliseconds; `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const MOST_POINTS = 100_800;

/**
 * Reads `MetricDataQueries`.
 * @throws AwsError ValidationError for what CloudWatch would not take either
 */
export function readQueries(input: Input): readonly MetricDataQuery[] {
  const queries = objects(input, 'MetricDataQueries').map(readQuery);
  if (queries.length === 0) throw validation("Value null at 'metricDataQueries' must not be null");
  if (new Set(queries.map(({ id }) => id)).size < queries.length) throw validation('The ids of queries must be unique');
  return queries;
}

function readQuery(input: Input): MetricDataQuery {
  const id = requiredText(input, 'Id');
  if (!/^[a-z]\w*$/.test(id))
    throw validation(`The value ${id} for parameter MetricDataQueries.member.Id is not matching the expected pattern`);
  const stat = object(input, 'MetricStat');
  const expression = text(input, 'Expression');
  if ((stat === undefined) === (expression === undefined))
    throw validation('A query has either MetricStat or Expression');
  const period = number(input, 'Period');
  return {
    id,
    label: text(input, 'Label') ?? null,
    isReturned: input.ReturnData !== false,
    periodMs: period === undefined ? null : period * 1000,
    of: stat === undefined ? { kind: 'expression', expression: expression ?? '' } : readStat(stat),
  };
}

function readStat(input: Input): MetricDataQuery['of'] {
  const statistic = requiredText(input, 'Stat');
  if (!isStatistic(statistic)) throw validation(`The statistic ${statistic} is not offered here`);
  const period = number(input, 'Period') ?? 0;
  if (![1, 5, 10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0))
    throw validation(`Invalid period ${period}`);
  const metric = object(input, 'Metric') ?? {};
  return { kind: 'metric', metric: readMetric(metric), statistic, periodMs: period * 1000 };
}

/** `Namespace`, `MetricName` and `Dimensions`, as most calls have them. */
export function readMetric(input: Input): MetricRef {
  const dimensions = objects(input, 'Dimensions').map((one): [string, string] => [
    text(one, 'Name') ?? '',
    text(one, 'Value') ?? '',
  ]);
  return {
    namespace: requiredText(input, 'Namespace'),
    name: requiredText(input, 'MetricName'),
    dimensions: Object.fromEntries(dimensions),
  };
}

/**
 * Answers the queries, each with its series: one for a metric, more for a list, a band or a `GROUP BY`.
 * @throws AwsError ValidationError for expressions that cannot be computed
 */
export function runQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  { from, to }: Span,
): readonly { readonly query: MetricDataQuery; readonly series: readonly Series[] }[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const done = new Map<string, Value>();
  const open = new Set<string>();
  const periodMs =
    Math.max(...queries.map((query) => (query.of.kind === 'metric' ? query.of.periodMs : (query.periodMs ?? 0))), 0) ||
    60_000;
  if ((to - from) / periodMs > MOST_POINTS)
    throw validation('Too many datapoints are asked for: choose a longer period');
  const periods = periodsOf({ from, to }, periodMs);

  const answerOf = (id: string): Value | undefined => {
    const query = byId.get(id);
    if (query === undefined || done.has(id)) return done.get(id);
    if (open.has(id)) throw new AwsError('ValidationError', 400, `The expression ${id} refers to itself`);
    open.add(id);
    const value = valueOfQuery(query);
    done.set(id, value);
    return value;
  };

  const valueOfQuery = ({ of, label, periodMs: own }: MetricDataQuery): Value => {
    if (of.kind === 'metric') return { label: label ?? of.metric.name, points: pointsOf(store, of, from, to) };
    const insights = parseInsights(of.expression);
    if (insights !== null) return groupedSeries(store, insights, own ?? periodMs, { from, to });
    return evaluate(parseExpression(of.expression), { series: answerOf, periods, periodMs });
  };

  return queries.map((query) => ({ query, series: seriesOf(answerOf(query.id) ?? [], { periods }) }));
}

/** Starts of the periods of a span, oldest first. */
export function periodsOf({ from, to }: Span, periodMs: number): readonly number[] {
  const first = Math.floor(from / periodMs) * periodMs;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / periodMs)) }, (_, i) => first + i * periodMs);
}
