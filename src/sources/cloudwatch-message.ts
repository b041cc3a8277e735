import { amountOf, type Fields, fieldsOf, listOf, textOf } from './foreign-fields.ts';

interface Dimension {
  readonly name: string;
  readonly value: string;
}

interface Metric {
  readonly MetricName: string | null;
  readonly Namespace: string | null;
  readonly Dimensions: readonly Dimension[];
}

export interface MetricQuery {
  readonly Id: string | null;
  readonly Expression: string | null;
  readonly Label: string | null;
  readonly ReturnData: boolean;
  readonly MetricStat: {
    readonly Metric: Metric;
    readonly Period: number | null;
    readonly Stat: string | null;
    readonly Unit: string | null;
  } | null;
}

export interface Trigger extends Metric {
  readonly Statistic: string | null;
  readonly ExtendedStatistic: string | null;
  readonly Unit: string | null;
  readonly Period: number | null;
  readonly EvaluationPeriods: number | null;
  readonly ComparisonOperator: string | null;
  readonly Threshold: number | null;
  readonly ThresholdMetricId: string | null;
  readonly Metrics: readonly MetricQuery[];
}

/** What CloudWatch publishes to SNS about an alarm, of any kind and age: only what is used, in its own words. */
export interface CloudWatchMessage {
  readonly AlarmName: string;
  readonly NewStateValue: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
  readonly AlarmArn: string | null;
  readonly AlarmDescription: string | null;
  readonly AWSAccountId: string | null;
  readonly NewStateReason: string | null;
  /** The results of a log alarm's queries. */
  readonly NewStateReasonData: {
    readonly threshold: number | null;
    readonly results: readonly { readonly timestamp: string | null; readonly value: number }[];
  } | null;
  readonly StateChangeTime: string | null;
  readonly Trigger: Trigger | null;
  readonly TriggeringChildren: readonly { readonly Arn: string }[];
  readonly AlarmContributorId: string | null;
  readonly AlarmContributorAttributes: Fields;
  readonly AlarmTags: Fields;
}

/** Null for what is no state change of a CloudWatch alarm. Every notification passes here, so it is read by hand. */
export function readCloudWatchMessage(content: unknown): CloudWatchMessage | null {
  const message = fieldsOf(content);
  const state = message?.NewStateValue;
  const name = textOf(message?.AlarmName);
  if (!message || !name || (state !== 'ALARM' && state !== 'OK' && state !== 'INSUFFICIENT_DATA')) return null;
  return {
    AlarmName: name,
    NewStateValue: state,
    AlarmArn: textOf(message.AlarmArn),
    AlarmDescription: textOf(message.AlarmDescription),
    AWSAccountId: textOf(message.AWSAccountId),
    NewStateReason: textOf(message.NewStateReason),
    NewStateReasonData: reasonDataOf(message.NewStateReasonData),
    StateChangeTime: textOf(message.StateChangeTime),
    Trigger: triggerOf(message.Trigger),
    TriggeringChildren: listOf(message.TriggeringChildren, ({ Arn }) => (typeof Arn === 'string' ? { Arn } : null)),
    AlarmContributorId: textOf(message.AlarmContributorId),
    AlarmContributorAttributes: labelsOf(message.AlarmContributorAttributes),
    AlarmTags: labelsOf(message.AlarmTags),
  };
}

function reasonDataOf(value: unknown): CloudWatchMessage['NewStateReasonData'] {
  const data = fieldsOf(value);
  if (!data) return null;
  const results = listOf(data.results, (result) => {
    const amount = amountOf(result.value);
    return amount === null ? null : { timestamp: textOf(result.timestamp), value: amount };
  });
  return { threshold: amountOf(data.threshold), results };
}

function triggerOf(value: unknown): Trigger | null {
  const trigger = fieldsOf(value);
  return (
    trigger && {
      ...metricOf(trigger),
      Statistic: textOf(trigger.Statistic),
      ExtendedStatistic: textOf(trigger.ExtendedStatistic),
      Unit: textOf(trigger.Unit),
      Period: amountOf(trigger.Period),
      EvaluationPeriods: amountOf(trigger.EvaluationPeriods),
      ComparisonOperator: textOf(trigger.ComparisonOperator),
      Threshold: amountOf(trigger.Threshold),
      ThresholdMetricId: textOf(trigger.ThresholdMetricId),
      Metrics: listOf(trigger.Metrics, queryOf),
    }
  );
}

function queryOf(query: Fields): MetricQuery {
  const stat = fieldsOf(query.MetricStat);
  const metric = fieldsOf(stat?.Metric);
  return {
    Id: textOf(query.Id),
    Expression: textOf(query.Expression),
    Label: textOf(query.Label),
    ReturnData: query.ReturnData !== false,
    MetricStat: stat &&
      metric && {
        Metric: metricOf(metric),
        Period: amountOf(stat.Period),
        Stat: textOf(stat.Stat),
        Unit: textOf(stat.Unit),
      },
  };
}

function metricOf(metric: Fields): Metric {
  return {
    MetricName: textOf(metric.MetricName),
    Namespace: textOf(metric.Namespace),
    Dimensions: listOf(metric.Dimensions, ({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' ? { name, value } : null,
    ),
  };
}

/** Attributes and tags: a map, or the list of pairs that other AWS calls use. */
function labelsOf(value: unknown): Fields {
  const pairs = listOf(value, ({ Key, Value }) =>
    typeof Key === 'string' && typeof Value === 'string' ? ([Key, Value] as const) : null,
  );
  return fieldsOf(value) ?? Object.fromEntries(pairs);
}
