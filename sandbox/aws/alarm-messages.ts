import type { AlarmDefinition, AlarmState, MetricRef } from './alarm-definitions.ts';
import { bandComparison } from './alarm-definitions.ts';

/** Where an alarm lives. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** One change of state, as CloudWatch tells about it. */
export interface StateChange {
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Epoch milliseconds of the alarm's last configuration. */
  readonly configuredAt: number;
  /** Children of a composite alarm that fire, none after a forced state. */
  readonly children?: readonly { readonly arn: string; readonly at: number }[];
  /** Set when the message is about one contributor and not about the alarm. */
  readonly contributor?: { readonly id: string; readonly attributes: Readonly<Record<string, string>> };
}

const REGION_NAMES: Readonly<Record<string, string>> = {
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
};

export function alarmArn({ region, account }: Place, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

/** SNS subject of an alarm's message: at most 100 characters of ASCII, a long name is cut. */
export function alarmSubject(name: string, state: AlarmState, region: string): string {
  const before = `${state}: "`;
  const after = `" in ${REGION_NAMES[region] ?? region}`;
  const room = 100 - before.length - after.length;
  const plain = name.replaceAll(/[^\x20-\x7e]+/g, '_');
  return `${before}${plain.length > room ? `${plain.slice(0, room - 3)}...` : plain}${after}`;
}

/** The `Message` that CloudWatch publishes to a topic when an alarm changes its state, as JSON text. */
export function alarmMessage(definition: AlarmDefinition, change: StateChange, place: Place): string {
  const topicArn = `arn:aws:sns:${place.region}:${place.account}:${definition.topic}`;
  const composite = definition.kind === 'composite';
  return JSON.stringify({
    AlarmName: definition.name,
    AlarmDescription: definition.description,
    AWSAccountId: place.account,
    ...(composite ? {} : { AlarmConfigurationUpdatedTimestamp: awsTime(change.configuredAt) }),
    NewStateValue: change.to,
    NewStateReason: change.reason,
    StateChangeTime: awsTime(change.at),
    Region: REGION_NAMES[place.region] ?? place.region,
    AlarmArn: alarmArn(place, definition.name),
    OldStateValue: change.from,
    ActionExecutedAfterMuteWindow: false,
    OKActions: [topicArn],
    AlarmActions: [topicArn],
    InsufficientDataActions: [topicArn],
    ...(composite ? compositeParts(definition.children, change) : { Trigger: trigger(definition) }),
    ...contributorParts(change),
  });
}

/** The rule of an alarm that fires while all of its children do. */
export function compositeRule(children: readonly string[]): string {
  return children.map((name) => `ALARM("${name}")`).join(' AND ');
}

/** CloudWatch's time: ISO with milliseconds and an offset without a colon. */
function awsTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function compositeParts(children: readonly string[], change: StateChange): Record<string, unknown> {
  const firing = change.children ?? [];
  return {
    AlarmRule: compositeRule(children),
    TriggeringChildren: firing.map(({ arn, at }) => ({ Arn: arn, State: { Value: 'ALARM', Timestamp: awsTime(at) } })),
  };
}

function contributorParts({ contributor }: StateChange): Record<string, unknown> {
  if (contributor === undefined) return {};
  return { AlarmContributorId: contributor.id, AlarmContributorAttributes: contributor.attributes };
}

type EvaluatedAlarm = Exclude<AlarmDefinition, { kind: 'composite' }>;

function trigger(definition: EvaluatedAlarm): Record<string, unknown> {
  const evaluation = {
    Period: definition.period,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    ComparisonOperator: definition.kind === 'anomaly' ? bandComparison(definition) : definition.comparison,
    ...(definition.kind === 'anomaly' ? { ThresholdMetricId: 'ad1' } : { Threshold: definition.threshold }),
    TreatMissingData: definition.treatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
  return definition.kind === 'metric'
    ? { ...singleMetric(definition.metric, definition.statistic), ...evaluation }
    : { ...evaluation, Metrics: metricQueries(definition) };
}

/** A statistic is upper-case in a message, a percentile is an extended one and stays as it is. */
function singleMetric(metric: MetricRef, statistic: string): Record<string, unknown> {
  const extended = /^p\d/.test(statistic);
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    StatisticType: extended ? 'ExtendedStatistic' : 'Statistic',
    Statistic: extended ? statistic : statistic.toUpperCase(),
    Unit: metric.unit ?? null,
    Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
  };
}

function metricQueries(definition: Exclude<EvaluatedAlarm, { kind: 'metric' }>): readonly Record<string, unknown>[] {
  const { period } = definition;
  if (definition.kind === 'contributor') {
    return [{ Id: 'q1', Expression: definition.query, Period: period, Label: definition.label, ReturnData: true }];
  }
  if (definition.kind === 'anomaly') {
    const band = `ANOMALY_DETECTION_BAND(m1, ${definition.width})`;
    const { metric, statistic } = definition;
    return [
      metricStat('m1', metric, statistic, period, true),
      { Id: 'ad1', Expression: band, Label: `${metric.name} (expected)`, ReturnData: true },
    ];
  }
  return [
    { Id: 'e1', Expression: definition.expression, Label: definition.label, ReturnData: true },
    ...Object.entries(definition.metrics).map(([id, { metric, statistic }]) =>
      metricStat(id, metric, statistic, period, false),
    ),
  ];
}

function metricStat(id: string, metric: MetricRef, stat: string, period: number, returned: boolean) {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
        MetricName: metric.name,
        Namespace: metric.namespace,
      },
      Period: period,
      Stat: stat,
      ...(metric.unit === undefined ? {} : { Unit: metric.unit }),
    },
    ReturnData: returned,
  };
}
