import { describe, expect, it } from 'vitest';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { alertFromCloudWatch } from '../../src/sources/cloudwatch-alarm.ts';

const ARN = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout: p95 high';
const RECEIVED = Date.UTC(2026, 10, 22, 6);
const topic = parseTopicArn('arn:aws:sns:eu-west-1:123456789012:alarms');
if (!topic) throw new Error('The topic of this test is not one');
const delivery = { topic, publishedAt: RECEIVED - 1_000 };

const detail = {
  alarmName: 'checkout: p95 high',
  state: {
    value: 'ALARM',
    reason: 'Threshold Crossed: 1 datapoint [2.4 (22/11/26 05:58:00)] was greater than the threshold (0.8).',
    reasonData: JSON.stringify({
      threshold: 0.8,
      evaluatedDatapoints: [{ timestamp: '2026-11-22T05:58:00.000+0000', value: 2.4 }, { timestamp: 'x' }],
    }),
    timestamp: '2026-11-22T05:59:00.000+0000',
    aNewField: { nobody: 'knows' },
  },
  previousState: { value: 'OK' },
  configuration: {
    description: 'slow',
    metrics: [
      {
        id: 'm1',
        metricStat: {
          metric: { namespace: 'Shop', name: 'Latency', dimensions: { Stage: 'prod', Api: 'checkout' } },
          period: 60,
          stat: 'p95',
          unit: 'Seconds',
        },
        returnData: true,
      },
    ],
  },
};
const event = {
  version: '0',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2026-11-22T05:59:01Z',
  region: 'eu-west-1',
  resources: [ARN],
  detail,
};

describe('a state change that EventBridge sends on', () => {
  it('is the same alert as the one that CloudWatch publishes itself', () => {
    const published = { AlarmName: detail.alarmName, AlarmArn: ARN, NewStateValue: 'ALARM' };

    const ours = alertFromCloudWatch(event, delivery, RECEIVED);

    expect(ours?.key).toBe(alertFromCloudWatch(published, delivery, RECEIVED)?.key);
    expect(ours).toMatchObject({ state: 'firing', changedAt: Date.UTC(2026, 10, 22, 5, 59), description: 'slow' });
  });

  it('brings its metric, value and threshold', () => {
    const alert = alertFromCloudWatch(event, delivery, RECEIVED);

    expect(alert?.measurement).toMatchObject({
      metric: 'Latency',
      namespace: 'Shop',
      statistic: 'p95',
      unit: 'Seconds',
      value: 2.4,
      threshold: 0.8,
      dimensions: [
        { name: 'Api', value: 'checkout' },
        { name: 'Stage', value: 'prod' },
      ],
    });
  });

  it.each([
    ['OK', 'recovered'],
    ['INSUFFICIENT_DATA', 'unknown'],
  ])('%s is %s', (value, state) => {
    const changed = { ...event, detail: { ...detail, state: { ...detail.state, value } } };

    expect(alertFromCloudWatch(changed, delivery, RECEIVED)?.state).toBe(state);
  });

  it('names the alarms that made a composite one fire', () => {
    const reasonData = JSON.stringify({ triggeringAlarms: [{ arn: ARN, state: { value: 'ALARM' } }] });
    const composite = {
      ...event,
      detail: { ...detail, configuration: { alarmRule: 'ALARM("x")' }, state: { ...detail.state, reasonData } },
    };

    expect(alertFromCloudWatch(composite, delivery, RECEIVED)?.children).toEqual(['checkout: p95 high']);
  });

  it('keeps the series of a contributor apart', () => {
    const series = {
      ...event,
      'detail-type': 'CloudWatch Alarm Contributor State Change',
      detail: { ...detail, alarmContributor: { id: 'abc123', attributes: { FunctionName: 'ingest' } } },
    };

    const alert = alertFromCloudWatch(series, delivery, RECEIVED);

    expect(alert?.key.endsWith('#abc123')).toBe(true);
    expect(alert?.labels).toEqual({ FunctionName: 'ingest' });
  });

  it.each([
    ['configuration', { ...event, detail: { ...detail, configuration: null } }],
    ['reason data', { ...event, detail: { ...detail, state: { ...detail.state, reasonData: '{' } } }],
    ['resources', { ...event, resources: undefined }],
  ])('is read without its %s', (_what, content) => {
    expect(alertFromCloudWatch(content, delivery, RECEIVED)).toMatchObject({
      name: 'checkout: p95 high',
      state: 'firing',
    });
  });
});

it('reads what an alarm sends to a Lambda function', () => {
  const action = {
    source: 'aws.cloudwatch',
    alarmArn: ARN,
    accountId: '123456789012',
    time: event.time,
    alarmData: detail,
  };

  const alert = alertFromCloudWatch(action, delivery, RECEIVED);

  expect(alert).toEqual(alertFromCloudWatch(event, delivery, RECEIVED));
});

it('leaves other events alone', () => {
  const other = { ...event, 'detail-type': 'CloudWatch Alarm Configuration Change' };

  expect(alertFromCloudWatch(other, delivery, RECEIVED)).toBeNull();
});
