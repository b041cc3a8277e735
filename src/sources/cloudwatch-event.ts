import { z } from 'zod';
import { fieldsOf, textOf } from './foreign-fields.ts';

const Text = z.string().nullish().catch(null);
const State = z.looseObject({ value: z.string(), reason: Text, reasonData: Text, timestamp: Text });
const Query = z.looseObject({
  id: Text,
  expression: Text,
  label: Text,
  returnData: z.boolean().nullish().catch(null),
  metricStat: z
    .looseObject({
      metric: z.looseObject({ namespace: Text, name: Text, dimensions: z.record(z.string(), z.string()).catch({}) }),
      period: z.number().nullish().catch(null),
      stat: Text,
      unit: Text,
    })
    .nullish()
    .catch(null),
});
const AlarmData = z.looseObject({
  alarmName: z.string().min(1),
  state: State,
  configuration: z
    .looseObject({ description: Text, metrics: z.array(Query).catch([]) })
    .nullish()
    .catch(null),
  alarmContributor: z.looseObject({ id: z.string(), attributes: z.unknown() }).nullish().catch(null),
});

/** EventBridge: `CloudWatch Alarm State Change` and `CloudWatch Alarm Contributor State Change`. */
const Event = z.looseObject({
  'detail-type': z.string().regex(/^CloudWatch Alarm (?:Contributor )?State Change$/),
  account: Text,
  time: Text,
  resources: z.array(z.string()).catch([]),
  detail: AlarmData,
});

/** What an alarm sends to a Lambda function. */
const LambdaAction = z.looseObject({ alarmArn: z.string(), accountId: Text, time: Text, alarmData: AlarmData });

const ReasonData = z.looseObject({
  threshold: z.number().nullish().catch(null),
  evaluatedDatapoints: z.array(z.looseObject({ timestamp: Text, value: z.number().nullish().catch(null) })).catch([]),
  triggeringAlarms: z.array(z.looseObject({ arn: z.string() })).catch([]),
});

/**
 * An alarm's state change as EventBridge or a Lambda action tells it, in the words that CloudWatch publishes to SNS, so that one
 * reader serves all; what is neither is given back as it is. They name regions by code and dimensions in a map, and have no comparison.
 */
export function inWordsOfSns(content: unknown): unknown {
  const fields = fieldsOf(content);
  if (!fields || textOf(fields.AlarmName)) return content; // in these words already, as nearly all are
  const event = Event.safeParse(fields).data;
  if (event) return toMessage(event.detail, event.resources[0], event.account, event.time);
  const action = LambdaAction.safeParse(fields).data;
  return action ? toMessage(action.alarmData, action.alarmArn, action.accountId, action.time) : content;
}

type Maybe = string | null | undefined;

function toMessage(
  { alarmName, state, configuration, alarmContributor }: z.infer<typeof AlarmData>,
  arn: Maybe,
  account: Maybe,
  time: Maybe,
) {
  const data = ReasonData.safeParse(parseJson(state.reasonData)).data;
  const metrics = configuration?.metrics ?? [];
  return {
    AlarmName: alarmName,
    AlarmArn: arn,
    AWSAccountId: account,
    AlarmDescription: configuration?.description,
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: state.timestamp ?? time,
    Trigger: metrics.length > 0 ? { Metrics: metrics.map(toQuery), Threshold: data?.threshold } : null,
    NewStateReasonData: data && {
      threshold: data.threshold,
      results: data.evaluatedDatapoints.filter(({ value }) => typeof value === 'number'),
    },
    TriggeringChildren: data?.triggeringAlarms.map((one) => ({ Arn: one.arn })),
    AlarmContributorId: alarmContributor?.id,
    AlarmContributorAttributes: alarmContributor?.attributes,
  };
}

function toQuery({ id, expression, label, returnData, metricStat }: z.infer<typeof Query>) {
  const stat = metricStat && {
    Metric: {
      MetricName: metricStat.metric.name,
      Namespace: metricStat.metric.namespace,
      Dimensions: Object.entries(metricStat.metric.dimensions).map(([name, value]) => ({ name, value })),
    },
    Period: metricStat.period,
    Stat: metricStat.stat,
    Unit: metricStat.unit,
  };
  return { Id: id, Expression: expression, Label: label, ReturnData: returnData, MetricStat: stat };
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
