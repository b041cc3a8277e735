import { z } from 'zod';

// Only what is used, and each field by itself: one that is missing, null or strange costs that field and no more.
const Text = z.string().nullish().catch(null);
const Amount = z.number().nullish().catch(null);
const Flag = z.boolean().nullish().catch(null);

/** A list whose odd members are left out. */
function listOf<T extends z.ZodType>(member: T) {
  return z
    .array(member.nullable().catch(null))
    .nullish()
    .catch(null)
    .transform((all) => (all ?? []).filter((one) => one !== null));
}

const Dimension = z.looseObject({ name: z.string(), value: z.string() });

const MetricQuery = z.looseObject({
  Id: Text,
  Expression: Text,
  Label: Text,
  ReturnData: Flag,
  MetricStat: z
    .looseObject({
      Metric: z.looseObject({ MetricName: Text, Namespace: Text, Dimensions: listOf(Dimension) }),
      Period: Amount,
      Stat: Text,
      Unit: Text,
    })
    .nullish()
    .catch(null),
});
export type MetricQuery = z.infer<typeof MetricQuery>;

const Trigger = z.looseObject({
  MetricName: Text,
  Namespace: Text,
  Dimensions: listOf(Dimension),
  Statistic: Text,
  ExtendedStatistic: Text,
  Unit: Text,
  Period: Amount,
  EvaluationPeriods: Amount,
  ComparisonOperator: Text,
  Threshold: Amount,
  ThresholdMetricId: Text,
  Metrics: listOf(MetricQuery),
});
export type Trigger = z.infer<typeof Trigger>;

/** The results of a log alarm's queries. */
const ReasonData = z.looseObject({
  threshold: Amount,
  results: listOf(z.looseObject({ timestamp: Text, value: z.number() })),
});

/** Attributes and tags: a map, or the list of pairs that other AWS calls use. */
const Labels = z.union([
  z.record(z.string(), z.unknown()),
  listOf(z.looseObject({ Key: z.string(), Value: z.string() })).transform((pairs) =>
    Object.fromEntries(pairs.map(({ Key, Value }) => [Key, Value] as const)),
  ),
]);

/** What CloudWatch publishes to SNS about an alarm, of any kind and age. */
export const CloudWatchMessage = z.looseObject({
  AlarmName: z.string().min(1),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  AlarmArn: Text,
  AlarmDescription: Text,
  AWSAccountId: Text,
  NewStateReason: Text,
  NewStateReasonData: ReasonData.nullish().catch(null),
  StateChangeTime: Text,
  Trigger: Trigger.nullish().catch(null),
  TriggeringChildren: listOf(z.looseObject({ Arn: z.string() })),
  AlarmContributorId: Text,
  AlarmContributorAttributes: Labels.nullish().catch(null),
  AlarmTags: Labels.nullish().catch(null),
});
export type CloudWatchMessage = z.infer<typeof CloudWatchMessage>;
