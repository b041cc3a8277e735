import type { MetricAlarm, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { quantityWords, subjectWords, unitOf } from '../../blocks/measurement-words.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Chart } from '../charts/chart.ts';
import { resultsOf, seriesOf } from '../probes/cloudwatch.ts';
import { comparisons } from '../sources/cloudwatch-measurement.ts';

/** What to ask CloudWatch for what an alarm watches: its one metric, or its metric math with the band that it is compared with. */
export function metricQueriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics && alarm.Metrics.length > 0) return alarm.Metrics.map((query) => ({ ...query }));
  const { MetricName, Namespace, Dimensions = [], Period, Statistic, ExtendedStatistic } = alarm;
  const stat = ExtendedStatistic ?? Statistic;
  if (MetricName === undefined || Namespace === undefined || Period === undefined || stat === undefined) return [];
  const metric = { Namespace, MetricName, Dimensions: [...Dimensions] };
  return [{ Id: 'm1', Label: MetricName, MetricStat: { Metric: metric, Period, Stat: stat } }];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

/** The course of what an alarm watches, ready to be drawn; without series where CloudWatch has no data. Throws as `askAws` does. */
export async function courseOf(
  aws: AwsClients,
  region: string,
  alarm: MetricAlarm,
  { from, to, signal }: Span,
  firedAt: number,
): Promise<Chart> {
  const queries = metricQueriesOf(alarm);
  const results = queries.length === 0 ? [] : await resultsOf({ aws, region, where: { from, to, signal } }, queries);
  const bandId = alarm.ThresholdMetricId;
  const series = results.filter(({ Id }) => Id === undefined || Id !== bandId).map(seriesOf);
  return {
    title: titleOf(alarm),
    unit: unitOf(measuredBy(alarm)),
    from,
    to,
    series: series.filter(({ points }) => points.length > 0),
    threshold: thresholdOf(alarm),
    band: bandOf(results.filter(({ Id }) => bandId !== undefined && Id === bandId)),
    firedAt,
  };
}

function titleOf(alarm: MetricAlarm): string {
  return alarm.MetricName === undefined ? (alarm.AlarmName ?? 'alarm') : subjectWords(measuredBy(alarm));
}

/** `Unit` narrows what an alarm counts and is seldom set; some metrics have one that everybody knows. */
function measuredBy({ MetricName, Statistic, ExtendedStatistic, Unit }: MetricAlarm) {
  const statistic = ExtendedStatistic ?? Statistic ?? null;
  return { metric: MetricName ?? null, statistic, unit: Unit ?? null, value: null, threshold: null, comparison: null };
}

function thresholdOf(alarm: MetricAlarm): Chart['threshold'] {
  const { Threshold: value, ComparisonOperator = '', ThresholdMetricId } = alarm;
  const comparison = comparisons.get(ComparisonOperator);
  if (value === undefined || ThresholdMetricId !== undefined || comparison === undefined) return null;
  return { value, words: `${comparison} ${quantityWords(value, unitOf(measuredBy(alarm)))}` };
}

/** A band comes as two series, upper and lower, in an order that the labels alone tell: the values tell it as well. */
function bandOf(results: readonly MetricDataResult[]): Chart['band'] {
  const [first, second] = results.map(seriesOf);
  if (!first || !second) return [];
  const other = new Map(second.points);
  return first.points.flatMap(([at, value]) => {
    const beside = other.get(at);
    return beside === undefined ? [] : [[at, Math.min(value, beside), Math.max(value, beside)] as const];
  });
}
