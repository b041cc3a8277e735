import type { MetricRef } from '../alarm-definitions.ts';
import type { Input } from '../input.ts';
import { isObject, list, number, object, objects, pageOf, requiredText, text, time, validation } from '../input.ts';
import type { Series } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';
import { keyOf } from './metric-store.ts';
import type { MetricDataQuery } from './queries.ts';
import { readMetric, readQueries, runQueries } from './queries.ts';

const MOST_DATAPOINTS = 100_800;
const LISTED_PER_PAGE = 500;
const RECENT_MS = 3 * 3_600_000;

/** @throws AwsError ValidationError as CloudWatch would */
export function getMetricData(store: MetricStore, input: Input): object {
  const from = time(input, 'StartTime');
  const to = time(input, 'EndTime');
  if (from === undefined || to === undefined || from >= to)
    throw validation('The parameter StartTime must be less than the parameter EndTime');
  const isOldestFirst = text(input, 'ScanBy') === 'TimestampAscending';
  const results = runQueries(store, readQueries(input), { from, to })
    .filter(({ query }) => query.isReturned)
    .flatMap(({ query, series }) => series.map((one) => ({ query, series: one })));
  return paged(
    results,
    isOldestFirst,
    Math.min(number(input, 'MaxDatapoints') ?? MOST_DATAPOINTS, MOST_DATAPOINTS),
    text(input, 'NextToken'),
  );
}

/** Datapoints are dealt out in order: a page ends where it is full, and a series that is cut off says PartialData. */
function paged(
  results: readonly { readonly query: MetricDataQuery; readonly series: Series }[],
  isOldestFirst: boolean,
  most: number,
  token: string | undefined,
): object {
  const all = results.flatMap(({ series }, of) =>
    [...series.points].sort(([a], [b]) => (isOldestFirst ? a - b : b - a)).map((point) => ({ of, point })),
  );
  const { items, next } = pageOf(all, token, most);
  const last = items.at(-1)?.of ?? -1;
  const isCut = next.NextToken !== undefined && all[Number(next.NextToken)]?.of === last;
  return {
    MetricDataResults: results.map(({ query, series }, index) => {
      const points = items.filter(({ of }) => of === index).map(({ point }) => point);
      return {
        Id: query.id,
        Label: query.label ?? (series.label === '' ? query.id : series.label),
        Timestamps: points.map(([at]) => at / 1000),
        Values: points.map(([, value]) => value),
        StatusCode: isCut && index >= last ? 'PartialData' : 'Complete',
      };
    }),
    Messages: [],
    ...next,
  };
}

/** Metrics by namespace, name and dimensions, 500 to a page. */
export function listMetrics(store: MetricStore, now: number, input: Input): object {
  const wanted = objects(input, 'Dimensions').map((one) => [text(one, 'Name') ?? '', text(one, 'Value')] as const);
  const [namespace, name] = [text(input, 'Namespace'), text(input, 'MetricName')];
  const isRecent = text(input, 'RecentlyActive') === 'PT3H';
  const found = store
    .all()
    .filter(
      (metric) =>
        (namespace === undefined || namespace === metric.namespace) &&
        (name === undefined || name === metric.name) &&
        wanted.every(
          ([key, value]) =>
            Object.hasOwn(metric.dimensions, key) && (value === undefined || metric.dimensions[key] === value),
        ) &&
        (!isRecent || store.slots(metric, now - RECENT_MS, now).length > 0),
    );
  const { items, next } = pageOf(found, text(input, 'NextToken'), LISTED_PER_PAGE);
  return { Metrics: items.map(described), ...next };
}

/** @throws AwsError ValidationError when a datum has no values */
export function putMetricData(store: MetricStore, now: number, input: Input): object {
  const namespace = requiredText(input, 'Namespace');
  for (const datum of objects(input, 'MetricData')) {
    const metric = readMetric({ ...datum, Namespace: namespace });
    store.put(metric, time(datum, 'Timestamp') ?? now, samplesOf(datum));
  }
  return {};
}

function samplesOf(datum: Input): readonly (readonly [number, number])[] {
  const value = number(datum, 'Value');
  if (value !== undefined) return [[value, 1]];
  const values = (list(datum, 'Values') ?? []).filter((one) => typeof one === 'number');
  const counts = list(datum, 'Counts') ?? [];
  if (values.length > 0) return values.map((one, i) => [one, Number(counts[i] ?? 1)] as const);
  const set = object(datum, 'StatisticValues');
  if (!isObject(set)) throw validation('A datum has one of Value, Values and StatisticValues');
  return ofStatistics(set);
}

/** Samples with the same count, sum, least and greatest value as the set; what lies between is not known. */
function ofStatistics(set: Input): readonly (readonly [number, number])[] {
  const [count = 0, sum = 0, min = 0, max = 0] = ['SampleCount', 'Sum', 'Minimum', 'Maximum'].map((key) =>
    number(set, key),
  );
  if (count <= 2) return count <= 0 ? [] : [[sum / count, count]];
  return [
    [min, 1],
    [(sum - min - max) / (count - 2), count - 2],
    [max, 1],
  ];
}

function described({ namespace, name, dimensions }: MetricRef): object {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions };
}

/** Whether two mean the same metric. */
export function isSameMetric(a: MetricRef, b: MetricRef): boolean {
  return keyOf(a) === keyOf(b);
}
