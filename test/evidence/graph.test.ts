import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { quantityWords } from '../../blocks/measurement-words.ts';
import type { Query } from '../../src/domain/query.ts';
import { courseOf } from '../../src/evidence/alarm-course.ts';
import { alarmPlaceOf, definitionOf } from '../../src/evidence/alarm-definition.ts';
import { widgetOf } from '../../src/evidence/widget.ts';
import { MINUTE, rule, service, T0 } from '../domain/given.ts';
import { environment } from '../probes/given.ts';
import { type Answers, refusal, type StandIn, standIn } from '../probes/stand-in.ts';
import { useRedis } from '../support/redis.ts';
import { gatheringOn, texts } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const REGION = 'eu-central-1';
const ARN = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:bikes-latency';
const latency: MetricAlarm = {
  ...{ AlarmName: 'bikes-latency', AlarmArn: ARN, MetricName: 'ModelLatency', Namespace: 'AWS/SageMaker' },
  Dimensions: [{ Name: 'EndpointName', Value: 'bikes' }],
  ...{ Period: 60, ExtendedStatistic: 'p95', Threshold: 800_000, ComparisonOperator: 'GreaterThanThreshold' },
};
const stat = (MetricName: string) => ({
  Metric: { Namespace: 'Bikes', MetricName, Dimensions: [] },
  Period: 300,
  Stat: 'Sum',
});
const math: MetricAlarm = {
  ...{ AlarmName: 'bikes-errors', AlarmArn: ARN, Threshold: 5, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
  Metrics: [
    { Id: 'e', MetricStat: stat('Errors'), ReturnData: false },
    { Id: 'all', MetricStat: stat('Requests'), ReturnData: false },
    { Id: 'rate', Expression: '100 * e / all', Label: 'Error rate', ReturnData: true },
  ],
};
const band: MetricAlarm = {
  ...{ AlarmName: 'bikes-requests', AlarmArn: ARN, ThresholdMetricId: 'ad1' },
  ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
  Metrics: [
    { Id: 'm1', MetricStat: stat('Requests'), ReturnData: true },
    { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', Label: 'expected', ReturnData: true },
  ],
};

const seconds = (at: number) => at / 1_000;
const at = [T0 - 2 * MINUTE, T0 - MINUTE];
const result = (Id: string, Label: string, Values: number[]) => ({
  ...{ Id, Label, Values, StatusCode: 'Complete', Timestamps: at.map(seconds) },
});
const data = (...MetricDataResults: object[]): Answers => ({ GetMetricData: () => ({ json: { MetricDataResults } }) });
const span = () => ({ from: T0 - 180 * MINUTE, to: T0, signal: AbortSignal.timeout(5_000) });
const course = async (aws: StandIn, alarm: MetricAlarm) => await courseOf(aws.aws, REGION, alarm, span(), T0 - MINUTE);

describe('what a CloudWatch alarm watches', () => {
  it('is its metric, with the limit in the unit that everybody knows', async () => {
    const chart = await course(await standIn(data(result('m1', 'ModelLatency', [310_000, 2_400_000]))), latency);

    expect(chart).toMatchObject({ title: 'p95 model latency', unit: 'Microseconds', firedAt: T0 - MINUTE });
    expect(chart.threshold).toEqual({ value: 800_000, words: `above ${quantityWords(800_000, 'Microseconds')}` });
    expect(chart.series[0]?.points).toEqual([
      [at[0], 310_000],
      [at[1], 2_400_000],
    ]);
  });

  it('is its metric math, asked for as the alarm has it', async () => {
    const aws = await standIn(data(result('rate', 'Error rate', [1, 7])));

    const chart = await course(aws, math);

    expect(aws.asked[0]?.body.MetricDataQueries).toEqual(math.Metrics);
    expect(chart).toMatchObject({ title: 'bikes-errors', threshold: { value: 5, words: 'at or above 5' } });
  });

  it('is compared with its band, which comes as two series of one id', async () => {
    const aws = await standIn(
      data(
        result('m1', 'Requests', [100, 20]),
        result('ad1', 'expected', [150, 150]),
        result('ad1', 'expected low', [80, 80]),
      ),
    );

    const chart = await course(aws, band);

    expect(chart.threshold).toBeNull();
    expect(chart.series.map(({ label }) => label)).toEqual(['Requests']);
    expect(chart.band).toEqual(at.map((time) => [time, 80, 150]));
  });
});

describe('the graph that CloudWatch draws', () => {
  const chart = {
    ...{ title: 'ModelLatency, p95', unit: null, from: T0 - MINUTE, to: T0, series: [], band: [], firedAt: T0 },
    threshold: { value: 800_000, words: 'above 800 ms' },
  };

  it('has the metric, the limit and the moment of the alarm', () => {
    expect(widgetOf(latency, chart, REGION)).toMatchObject({
      metrics: [
        [
          'AWS/SageMaker',
          'ModelLatency',
          'EndpointName',
          'bikes',
          { id: 'm1', stat: 'p95', period: 60, visible: true },
        ],
      ],
      annotations: {
        horizontal: [{ value: 800_000, label: 'above 800 ms' }],
        vertical: [{ value: new Date(T0).toISOString(), label: 'alarm' }],
      },
      ...{ timezone: '+0000', start: new Date(T0 - MINUTE).toISOString(), region: REGION },
    });
  });

  it('shows of metric math what the alarm compares', () => {
    const { metrics } = widgetOf(math, chart, REGION) as { metrics: { visible: boolean }[][] };

    expect(metrics.map((row) => row.at(-1)?.visible)).toEqual([false, false, true]);
    expect(metrics[2]).toEqual([{ id: 'rate', label: 'Error rate', expression: '100 * e / all', visible: true }]);
  });
});

describe('an alarm', () => {
  it.each([
    ['cw:1:111122223333/eu-central-1/bikes-latency', 'bikes-latency'],
    ['cw:1:111122223333/eu-central-1/a/b %25 %23 ü:1', 'a/b % # ü:1'],
    ['cw:1:111122223333/eu-central-1/bikes#contributor', 'bikes'],
  ])('is found by its identity %s', (key, name) => {
    expect(alarmPlaceOf({ key })).toEqual({ account: '111122223333', region: REGION, name });
  });

  it('of another source is none of CloudWatch', () => {
    expect(alarmPlaceOf({ key: 'am:1:abc' })).toBeNull();
  });

  it('of another account is not taken for ours of that name', async () => {
    const aws = await standIn({ DescribeAlarms: () => ({ json: { MetricAlarms: [latency] } }) });
    const place = { account: '999999999999', region: REGION, name: 'bikes-latency' };

    expect(await definitionOf(aws.aws, place, AbortSignal.timeout(5_000))).toBeNull();
    expect(
      await definitionOf(aws.aws, { ...place, account: '111122223333' }, AbortSignal.timeout(5_000)),
    ).toMatchObject({
      AlarmName: 'bikes-latency',
    });
  });
});

describe('the graph on a card', () => {
  const answers: Answers = {
    ...data(result('m1', 'ModelLatency', [310_000, 2_400_000])),
    DescribeAlarms: () => ({ json: { MetricAlarms: [latency] } }),
    DescribeAlarmHistory: () => ({ json: { AlarmHistoryItems: [] } }),
  };
  const isPng = (bytes: Uint8Array | undefined) =>
    Buffer.from(bytes ?? [])
      .subarray(1, 4)
      .toString() === 'PNG';

  it.each<[string, Answers]>([
    ['does not draw here', { GetMetricWidgetImage: () => refusal('AccessDeniedException') }],
    ['does not draw in this partition', { GetMetricWidgetImage: () => refusal('UnknownOperationException') }],
    ['sends something else', { GetMetricWidgetImage: () => ({ json: { MetricWidgetImage: 'bm8=' } }) }],
  ])('is drawn by us where CloudWatch %s', async (_, more) => {
    const aws = await standIn({ ...answers, ...more });
    const tocsin = gatheringOn(redis, [service('bikes')], aws.aws);
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    expect(tocsin.uploads.map(({ png, title }) => [isPng(png), png.byteLength > 5_000, title])).toEqual([
      [true, true, 'p95 model latency'],
    ]);
    expect((await tocsin.store.load(id))?.evidence?.graph?.alt).toContain('newest 2.4 s');
  });

  it('is of the query that grades the alarm, with its mildest limit, where CloudWatch has none', async () => {
    const psi: Query = {
      ...{ name: 'psi', label: 'Data drift', unit: null, expect: null },
      ask: { kind: 'prometheus', query: 'max(psi)' },
    };
    const grades = {
      ...{
        value: { kind: 'query', name: 'psi' } as const,
        measure: null,
        relativeTo: null,
        unit: null,
        direction: 'above' as const,
      },
      steps: [{ limit: 0.2, inclusive: false, severity: 'P3' as const, advice: null, dueMs: null }],
      ...{ otherwise: null, dwellMs: 0 },
    };
    const prometheus = await standIn({
      '/api/v1/query_range': () => ({
        json: {
          status: 'success',
          data: { result: [{ metric: {}, values: at.map((time) => [seconds(time), '0.42']) }] },
        },
      }),
    });
    const drifting = service('bikes', {
      ...{ queries: { psi }, environments: { prod: environment(prometheus) } },
      rules: [rule('bikes-*', { grades })],
    });
    const tocsin = gatheringOn(redis, [drifting], prometheus.aws);
    const id = await tocsin.fires('bikes-drift', { key: 'am:1:abc', source: 'alertmanager' });

    await tocsin.gathers();

    expect(texts(await tocsin.shown(id))).toContain('value: Data drift 0.42');
    expect((await tocsin.store.load(id))?.evidence?.graph?.alt).toMatch(
      /^Data drift, .*always 0\.42\. Alarms above 0\.2/,
    );
    expect(prometheus.asked).toHaveLength(1);
  });

  it('is missing without a word where there is nothing to draw', async () => {
    const aws = await standIn({});
    const tocsin = gatheringOn(redis, [service('bikes')], aws.aws);
    const id = await tocsin.fires('bikes-drift', { key: 'am:1:abc', source: 'alertmanager' });

    await tocsin.gathers();

    expect(tocsin.uploads).toEqual([]);
    expect(texts((await tocsin.evidence.snapshots(id))[0]?.facts ?? [])).toEqual([
      'history: not seen in the 7 days before',
    ]);
  });
});
