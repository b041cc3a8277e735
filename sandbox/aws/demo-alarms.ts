import type { AlarmDefinition, MetricRef } from './alarm-definitions.ts';

const PROD = { EndpointName: 'bikeshare-prod', VariantName: 'AllTraffic' };
const LATENCY: MetricRef = { namespace: 'AWS/SageMaker', name: 'ModelLatency', dimensions: PROD, unit: 'Microseconds' };
const BIKESHARE = { service: 'bikeshare', topic: 'sm-alerts' } as const;
const ONCE = { evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: 'notBreaching' } as const;

const bikeshare: readonly AlarmDefinition[] = [
  {
    ...BIKESHARE,
    ...ONCE,
    kind: 'metric',
    name: 'sm-prod-5XX',
    description: 'The prod endpoint answers with server errors',
    metric: { namespace: 'AWS/SageMaker', name: 'Invocation5XXErrors', dimensions: PROD },
    statistic: 'Sum',
    period: 60,
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    bad: [23],
    good: [0],
  },
  {
    ...BIKESHARE,
    kind: 'metric',
    name: 'sm-prod-latency',
    description: 'p95 of the model latency of the prod endpoint is above 800 ms',
    metric: LATENCY,
    statistic: 'p95',
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: 'notBreaching',
    comparison: 'GreaterThanThreshold',
    threshold: 800_000,
    bad: [1_412_337.5, 1_038_902.0],
    good: [214_880.25, 236_104.0],
  },
  {
    ...BIKESHARE,
    kind: 'anomaly',
    name: 'sm-prod-latency-p95-anomaly',
    description: 'p95 of the model latency of the prod endpoint has left its usual band',
    metric: LATENCY,
    statistic: 'p95',
    period: 300,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: 'missing',
    width: 2,
    band: [121_380.4, 391_204.7],
    bad: [644_019.5, 598_213.25],
    good: [231_770.0, 244_918.5],
  },
  {
    ...BIKESHARE,
    kind: 'composite',
    name: 'bikeshare-prod-unhealthy',
    description: 'The prod endpoint is slow and answers with errors',
    children: ['sm-prod-5XX', 'sm-prod-latency'],
  },
  {
    ...BIKESHARE,
    ...ONCE,
    kind: 'metric',
    name: 'bikeshare-infer-Errors-gt0',
    description: 'The batch prediction function failed',
    metric: { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'bikeshare-infer' }, unit: 'Count' },
    statistic: 'Sum',
    period: 300,
    comparison: 'GreaterThanThreshold',
    threshold: 0,
    bad: [2],
    good: [0],
  },
  {
    ...BIKESHARE,
    ...ONCE,
    kind: 'metric',
    name: 'bikeshare-data-drift-failed',
    description: 'The drift monitoring job found violations or failed',
    metric: {
      namespace: 'Bikeshare/Model',
      name: 'DriftJobFailures',
      dimensions: { EndpointName: 'bikeshare-prod', MonitoringSchedule: 'bikeshare-data-drift' },
    },
    statistic: 'Maximum',
    period: 3600,
    comparison: 'GreaterThanOrEqualToThreshold',
    threshold: 1,
    bad: [1],
    good: [0],
  },
  {
    ...BIKESHARE,
    kind: 'metric',
    name: 'staging-f1-low',
    description: 'F1 of the last 24 h in staging is below the gate of 0.55',
    metric: {
      namespace: 'Bikeshare/Model',
      name: 'F1-24h',
      dimensions: { EndpointName: 'bikeshare-staging', City: 'nyc' },
    },
    statistic: 'Average',
    period: 900,
    evaluationPeriods: 4,
    datapointsToAlarm: 3,
    treatMissingData: 'missing',
    comparison: 'LessThanThreshold',
    threshold: 0.55,
    bad: [0.47, 0.49, 0.52],
    good: [0.61, 0.6, 0.58],
  },
  {
    ...BIKESHARE,
    ...ONCE,
    kind: 'contributor',
    name: 'mlops-bikeshare-lambda-errors',
    description: 'A function of the pipeline fails',
    query: 'SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName',
    label: 'Errors by function',
    contributors: [
      { id: '4f1c9a27d06be853', attributes: { FunctionName: 'bikeshare-ingest' } },
      { id: 'b82e60f49d13a7c5', attributes: { FunctionName: 'bikeshare-feedback' } },
      { id: '09d7c3e85a41f62b', attributes: { FunctionName: 'bikeshare-infer' } },
    ],
    firing: 2,
    period: 300,
    comparison: 'GreaterThanThreshold',
    threshold: 0,
    bad: [7],
    good: [0],
  },
];

const API = { ApiId: 'r3c0mm3nd1' };

const recommendation: readonly AlarmDefinition[] = [
  {
    service: 'recommendation',
    topic: 'recommendation-critical-alerts',
    kind: 'metric',
    name: 'recommendation-api-high-error-rate',
    description: 'API error rate exceeded 10 errors per minute',
    metric: { namespace: 'AWS/ApiGateway', name: '5XXError', dimensions: API },
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: 'notBreaching',
    comparison: 'GreaterThanThreshold',
    threshold: 10,
    bad: [48, 31],
    good: [0, 1],
  },
  {
    service: 'recommendation',
    topic: 'recommendation-warning-alerts',
    kind: 'metric',
    name: 'recommendation-api-high-latency',
    description: 'API p99 latency exceeded 1000ms',
    metric: { namespace: 'AWS/ApiGateway', name: 'Latency', dimensions: API, unit: 'Milliseconds' },
    statistic: 'p99',
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: 'missing',
    comparison: 'GreaterThanThreshold',
    threshold: 1000,
    bad: [1873.4, 1640.0, 1211.9],
    good: [312.0, 298.5, 340.2],
  },
  {
    service: 'recommendation',
    topic: 'recommendation-ml-alerts',
    ...ONCE,
    kind: 'math',
    name: 'recommendation-model-drift-detected',
    description: 'Model feature drift exceeded threshold',
    expression: 'MAX([m1, m2])',
    label: 'FeatureDrift of the worst feature',
    metrics: {
      m1: {
        metric: { namespace: 'RecommendationSystem', name: 'FeatureDrift', dimensions: { Feature: 'user_activity' } },
        statistic: 'Average',
      },
      m2: {
        metric: { namespace: 'RecommendationSystem', name: 'FeatureDrift', dimensions: { Feature: 'item_popularity' } },
        statistic: 'Average',
      },
    },
    period: 3600,
    comparison: 'GreaterThanThreshold',
    threshold: 0.2,
    bad: [0.37],
    good: [0.08],
  },
  {
    service: 'recommendation',
    topic: 'recommendation-ml-alerts',
    kind: 'metric',
    name: 'recommendation-low-ctr',
    description: 'Click-through rate below 2%',
    metric: { namespace: 'RecommendationSystem', name: 'CTR', dimensions: {}, unit: 'Percent' },
    statistic: 'Average',
    period: 3600,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: 'missing',
    comparison: 'LessThanThreshold',
    threshold: 2,
    bad: [1.42, 1.61, 1.88],
    good: [3.1, 2.9, 3.0],
  },
];

/** The alarms of the two demo services, as somebody would have set them up in CloudWatch. */
export const DEMO_ALARMS: readonly AlarmDefinition[] = [...bikeshare, ...recommendation];

const STORMY = [
  ['bikeshare', 'sm-alerts', 'station'],
  ['recommendation', 'recommendation-critical-alerts', 'shard'],
  ['bikeshare', 'sm-alerts', 'feed'],
  ['recommendation', 'recommendation-warning-alerts', 'function'],
] as const;

/**
 * The alarm number `index` (from 0) of a storm: every one is about another station, function or shard. They differ in
 * name, series and service, as when a whole region has trouble.
 */
export function stormAlarm(index: number): AlarmDefinition {
  const [service, topic, part] = STORMY[index % STORMY.length] ?? STORMY[0];
  const number = String(index + 1).padStart(5, '0');
  return {
    ...ONCE,
    kind: 'metric',
    service,
    topic,
    name: `${service}-${part}-${number}-errors`,
    description: `${part} ${number} of ${service} fails`,
    metric: { namespace: `${service}/Storm`, name: 'Errors', dimensions: { Part: `${part}-${number}` }, unit: 'Count' },
    statistic: 'Sum',
    period: 60,
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    bad: [6 + (index % 40)],
    good: [0],
  };
}
