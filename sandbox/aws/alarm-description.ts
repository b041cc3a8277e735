import type { Alarm } from './alarm-board.ts';
import type { AlarmDefinition, MetricRef } from './alarm-definitions.ts';
import { bandComparison } from './alarm-definitions.ts';
import type { Place } from './alarm-messages.ts';
import { alarmArn, compositeRule } from './alarm-messages.ts';

type Described = Readonly<Record<string, unknown>>;

/** An alarm as DescribeAlarms answers it (JSON protocol: times are epoch seconds). */
export function describeAlarm(alarm: Alarm, place: Place): Described {
  const { definition } = alarm;
  const actions = [`arn:aws:sns:${place.region}:${place.account}:${definition.topic}`];
  return {
    AlarmName: definition.name,
    AlarmArn: alarmArn(place, definition.name),
    AlarmDescription: definition.description,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt / 1000,
    ActionsEnabled: true,
    OKActions: actions,
    AlarmActions: actions,
    InsufficientDataActions: actions,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: alarm.updatedAt / 1000,
    StateTransitionedTimestamp: alarm.updatedAt / 1000,
    ...(definition.kind === 'composite' ? { AlarmRule: compositeRule(definition.children) } : evaluation(definition)),
  };
}

function evaluation(definition: Exclude<AlarmDefinition, { kind: 'composite' }>): Described {
  return {
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    TreatMissingData: definition.treatMissingData,
    ...(definition.kind === 'anomaly'
      ? { ComparisonOperator: bandComparison(definition), ThresholdMetricId: 'ad1' }
      : { ComparisonOperator: definition.comparison, Threshold: definition.threshold }),
    ...measured(definition),
  };
}

function measured(definition: Exclude<AlarmDefinition, { kind: 'composite' }>): Described {
  const { period } = definition;
  switch (definition.kind) {
    case 'metric':
      return { ...metricOf(definition.metric), ...statisticOf(definition.statistic), Period: period };
    case 'anomaly': {
      const Expression = `ANOMALY_DETECTION_BAND(m1, ${definition.width})`;
      const m1 = metricStat('m1', definition.metric, definition.statistic, period, true);
      return { Metrics: [m1, { Id: 'ad1', Expression, ReturnData: true }] };
    }
    case 'contributor':
      return {
        Metrics: [
          { Id: 'q1', Expression: definition.query, Label: definition.label, Period: period, ReturnData: true },
        ],
      };
    case 'math': {
      const parts = Object.entries(definition.metrics).map(([id, { metric, statistic }]) =>
        metricStat(id, metric, statistic, period, false),
      );
      return {
        Metrics: [{ Id: 'e1', Expression: definition.expression, Label: definition.label, ReturnData: true }, ...parts],
      };
    }
  }
}

function metricOf(metric: MetricRef): Described {
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(metric.unit === undefined ? {} : { Unit: metric.unit }),
  };
}

function statisticOf(statistic: string): Described {
  return /^p\d/.test(statistic) ? { ExtendedStatistic: statistic } : { Statistic: statistic };
}

function metricStat(Id: string, metric: MetricRef, Stat: string, Period: number, ReturnData: boolean): Described {
  const { Unit, ...Metric } = metricOf(metric);
  return { Id, MetricStat: { Metric, Period, Stat, ...(Unit === undefined ? {} : { Unit }) }, ReturnData };
}
