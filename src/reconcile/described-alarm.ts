import type { AlarmContributor, CompositeAlarm, LogAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Alert } from '../domain/alert.ts';
import { parseAlarmArn } from '../sources/aws-arn.ts';
import { alertFromCloudWatch } from '../sources/cloudwatch-alarm.ts';
import { amountOf, fieldsOf, listOf, textOf } from '../sources/foreign-fields.ts';

/** An alarm of any kind as DescribeAlarms tells it. */
export type Described = Partial<MetricAlarm & CompositeAlarm & LogAlarm>;

/** When it came to its present state, epoch ms; the reason may have been rewritten later. */
export function changedAtOf(alarm: Described): number | null {
  return (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? null;
}

/**
 * The alert that the alarm's message would have been, or `null` for an alarm without name or state. `contributor`: about
 * this one of its series, which fires.
 */
export function alertOf(alarm: Described, now: number, contributor: AlarmContributor | null = null): Alert | null {
  const arn = alarm.AlarmArn ?? '';
  const place = parseAlarmArn(arn);
  if (!place) return null;
  const content = contributor ? { ...inWords(alarm), ...ofContributor(contributor) } : inWords(alarm);
  return alertFromCloudWatch(content, { topic: { ...place, arn }, publishedAt: now }, now);
}

/** In the words of CloudWatch's messages to SNS, so that one reader serves both. */
function inWords(alarm: Described): Record<string, unknown> {
  const changedAt = changedAtOf(alarm);
  return {
    AlarmName: alarm.AlarmName,
    AlarmArn: alarm.AlarmArn,
    AlarmDescription: alarm.AlarmDescription,
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    NewStateReasonData: reasonData(alarm.StateReasonData),
    StateChangeTime: changedAt === null ? null : new Date(changedAt).toISOString(),
    Trigger: alarm.ComparisonOperator === undefined ? null : trigger(alarm),
  };
}

function trigger(alarm: Described): Record<string, unknown> {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Unit, Period, EvaluationPeriods } = alarm;
  return {
    ...{ MetricName, Namespace, Statistic, ExtendedStatistic, Unit, Period, EvaluationPeriods },
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    ThresholdMetricId: alarm.ThresholdMetricId,
    Dimensions: dimensions(alarm.Dimensions),
    Metrics: (alarm.Metrics ?? []).map(({ MetricStat: stat, ...query }) => ({
      ...query,
      MetricStat: stat && { ...stat, Metric: { ...stat.Metric, Dimensions: dimensions(stat.Metric?.Dimensions) } },
    })),
  };
}

function dimensions(found: MetricAlarm['Dimensions']) {
  return (found ?? []).map(({ Name, Value }) => ({ name: Name, value: Value }));
}

function ofContributor(contributor: AlarmContributor) {
  const { ContributorId, ContributorAttributes, StateReason, StateTransitionedTimestamp: at } = contributor;
  return {
    AlarmContributorId: ContributorId,
    AlarmContributorAttributes: ContributorAttributes,
    NewStateValue: 'ALARM',
    NewStateReason: StateReason,
    NewStateReasonData: null,
    ...(at && { StateChangeTime: at.toISOString() }),
  };
}

/** The newest datapoints, as a log alarm's message has them: there the value stands as data. */
function reasonData(text: string | undefined) {
  const data = fieldsOf(parsed(text ?? ''));
  if (!data) return null;
  const results = listOf(data.evaluatedDatapoints, ({ timestamp, value }) =>
    amountOf(value) === null ? null : { timestamp: textOf(timestamp), value: amountOf(value) },
  );
  return results.length > 0 ? { threshold: amountOf(data.threshold), results } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
