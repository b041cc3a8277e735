import type { Measurement } from '../domain/alert.ts';
import type { CloudWatchMessage, MetricQuery, Trigger } from './cloudwatch-message.ts';
import { oneLine } from './foreign-text.ts';

const MAX_NAME = 255;
const MAX_DIMENSIONS = 30;
/** As long as CloudWatch lets one be, with room to spare. */
const MAX_EXPRESSION = 4_096;

/** CloudWatch's comparison operators in words. */
export const comparisons: ReadonlyMap<string, string> = new Map([
  ['GreaterThanThreshold', 'above'],
  ['GreaterThanOrEqualToThreshold', 'at or above'],
  ['LessThanThreshold', 'below'],
  ['LessThanOrEqualToThreshold', 'at or below'],
  ['LessThanLowerOrGreaterThanUpperThreshold', 'outside the band'],
  ['LessThanLowerThreshold', 'below the band'],
  ['GreaterThanUpperThreshold', 'above the band'],
]);

const basicStatistics = new Set(['average', 'sum', 'minimum', 'maximum', 'samplecount']);

type Dimensions = Measurement['dimensions'];

/** What was measured: which metric, how, and where the limit is. */
type Subject = Pick<Measurement, 'metric' | 'namespace' | 'dimensions' | 'statistic' | 'unit' | 'periodSeconds'>;

/** The number that an alarm watches, or null when it watches none, as a composite alarm. */
export function measurementOf(message: CloudWatchMessage): Measurement | null {
  const { Trigger: trigger, NewStateReasonData: data } = message;
  if (!trigger && !data) return null;

  return {
    ...(trigger ? subjectOf(trigger) : nothing),
    ...newestValue(message),
    threshold: trigger?.Threshold ?? data?.threshold ?? null,
    comparison: comparisons.get(trigger?.ComparisonOperator ?? '') ?? null,
    periods: positive(trigger?.EvaluationPeriods),
  };
}

/** A sentence may be anybody's text when a state was forced: what it says is marked. */
function newestValue(message: CloudWatchMessage): Pick<Measurement, 'value' | 'isFromProse'> {
  const result = newestResult(message);
  if (result !== null) return { value: result };
  const said = newestDatapoint(message.NewStateReason ?? '');
  return said === null ? { value: null } : { value: said, isFromProse: true };
}

const nothing: Subject = {
  metric: null,
  namespace: null,
  dimensions: [],
  statistic: null,
  unit: null,
  periodSeconds: null,
};

function subjectOf(trigger: Trigger): Subject {
  if (trigger.Metrics.length > 0) return subjectOfQueries(trigger);
  return {
    metric: name(trigger.MetricName),
    namespace: name(trigger.Namespace),
    dimensions: sorted(trigger.Dimensions),
    statistic: statistic(trigger.ExtendedStatistic ?? trigger.Statistic),
    unit: name(trigger.Unit),
    periodSeconds: positive(trigger.Period),
  };
}

/** Metric math, Metrics Insights and anomaly bands: the series that is returned and is not the band is what is watched. */
function subjectOfQueries(trigger: Trigger): Subject {
  const watched =
    trigger.Metrics.find((query) => query.ReturnData && query.Id !== trigger.ThresholdMetricId) ?? trigger.Metrics[0];
  const own = watched?.MetricStat;
  if (own) {
    return {
      metric: name(own.Metric.MetricName),
      namespace: name(own.Metric.Namespace),
      dimensions: sorted(own.Metric.Dimensions),
      statistic: statistic(own.Stat),
      unit: name(own.Unit),
      periodSeconds: positive(own.Period) ?? positive(trigger.Period),
    };
  }
  const inputs = trigger.Metrics.flatMap((query) => query.MetricStat ?? []);
  const namespaces = new Set(inputs.map((input) => input.Metric.Namespace ?? null));
  const [namespace = null] = namespaces.size === 1 ? namespaces : [];
  return {
    metric: watched ? nameOfExpression(watched, trigger.Metrics) : null,
    namespace: name(namespace),
    dimensions: sorted(sharedDimensions(inputs.map((input) => input.Metric.Dimensions))),
    statistic: null,
    unit: null,
    periodSeconds: positive(trigger.Period) ?? positive(inputs[0]?.Period),
  };
}

/** The label that a person gave the expression, else the expression with the names of its metrics: `m1/m2` says nothing. */
function nameOfExpression({ Label, Expression }: MetricQuery, all: readonly MetricQuery[]): string | null {
  const label = Label ?? '';
  if (!/^(?:Expression\d+)?$/.test(label)) return name(label);
  const metrics = new Map(all.map(({ Id, MetricStat }) => [Id, MetricStat?.Metric.MetricName ?? null]));
  const isQuery = /^SELECT /i.test(Expression ?? '');
  return name(
    isQuery
      ? Expression
      : (Expression ?? '').slice(0, MAX_EXPRESSION).replace(/\b[a-z]\w*/g, (id) => metrics.get(id) ?? id),
  );
}

function sharedDimensions(all: readonly Dimensions[]): Dimensions {
  const [first = [], ...others] = all;
  return first.filter((one) =>
    others.every((dimensions) => dimensions.some((other) => other.name === one.name && other.value === one.value)),
  );
}

function sorted(dimensions: Dimensions): Dimensions {
  return dimensions
    .slice(0, MAX_DIMENSIONS)
    .map((one) => ({ name: oneLine(one.name, MAX_NAME), value: oneLine(one.value, 1024) }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function statistic(word: string | null | undefined): string | null {
  const lower = word?.toLowerCase() ?? '';
  return basicStatistics.has(lower) ? lower : name(word);
}

function name(text: string | null | undefined): string | null {
  return oneLine(text ?? '', MAX_NAME) || null;
}

function positive(amount: number | null | undefined): number | null {
  return typeof amount === 'number' && amount > 0 && Number.isFinite(amount) ? amount : null;
}

function newestResult(message: CloudWatchMessage): number | null {
  const results = message.NewStateReasonData?.results ?? [];
  const [newest] = results.toSorted((a, b) => timeOf(b.timestamp) - timeOf(a.timestamp));
  return newest?.value ?? null;
}

function timeOf(timestamp: string | null | undefined): number {
  const time = Date.parse(timestamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}

const STANDARD_SENTENCE = /^Thresholds? Crossed: [^[]{0,200}\[(?<points>[^\]]{0,4000})\]/;
const DATAPOINT =
  /(?<value>-?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?) \((?<day>\d\d)\/(?<month>\d\d)\/(?<year>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)\)/g;

/**
 * The newest datapoint of CloudWatch's standard sentence, to be shown and never decided on. Day and month trade places in some messages, which changes the order only across months.
 */
export function newestDatapoint(reason: string): number | null {
  const points = STANDARD_SENTENCE.exec(reason)?.groups?.points ?? '';
  let newest: { at: number; value: number } | null = null;
  for (const { groups = {} } of points.matchAll(DATAPOINT)) {
    const [year = 0, month = 0, day = 0] = [groups.year, groups.month, groups.day].map(Number);
    const [hour = 0, minute = 0, second = 0] = [groups.hour, groups.minute, groups.second].map(Number);
    const at = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
    if (!newest || at > newest.at) newest = { at, value: Number(groups.value) };
  }
  return newest && Number.isFinite(newest.value) ? newest.value : null;
}
