import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlarmAct } from '../../../sandbox/aws/alarms.ts';
import { DEMO_ALARMS } from '../../../sandbox/aws/demo-alarms.ts';
import { type RunningAws, startAws } from './running-aws.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

let world: RunningAws;
let subscriber: Subscriber;

beforeAll(async () => {
  [world, subscriber] = await Promise.all([startAws(), startSubscriber()]);
  for (const topicArn of world.aws.topicArns) await world.subscribe(topicArn, subscriber);
});

afterAll(async () => {
  await world.close();
  await subscriber.close();
});

const act = (name: string, wish: 'fire' | 'recover' | 'repeat' | 'no-data') =>
  world.aws.alarms.act({ type: 'alarm', name, do: wish } satisfies AlarmAct);

const stateOf = (name: string) => world.aws.alarms.list().find((alarm) => alarm.name === name)?.state;

/** The alarm messages of the next `count` notifications. */
async function messages(count: number): Promise<readonly Record<string, unknown>[]> {
  const received = await subscriber.wait(count);
  return received.map(({ json }): Record<string, unknown> => JSON.parse(json.Message ?? ''));
}

beforeEach(async () => {
  for (const { name, state } of world.aws.alarms.list()) if (state !== 'OK') await act(name, 'recover');
  await world.aws.alarms.act({ type: 'storm', alarms: 0 });
  await drained();
  subscriber.received.length = 0;
});

/** Waits until a last message has come, so that none of an earlier test is still on its way. */
async function drained(): Promise<void> {
  const topicArn = world.aws.topicArns[0] ?? '';
  const last = world.aws.sns.publish(topicArn, { subject: null, message: '"last"' });
  while (!subscriber.received.some(({ json }) => json.MessageId === last)) {
    await subscriber.wait(subscriber.received.length + 1);
  }
}

describe('an alarm', () => {
  it('on one metric tells what CloudWatch tells', async () => {
    const result = await act('sm-prod-5XX', 'fire');
    const [message] = await messages(1);
    const [received] = subscriber.received;

    expect(result).toEqual({ ok: true });
    expect(received?.json.Subject).toBe('ALARM: "sm-prod-5XX" in Canada (Central)');
    expect(await world.verifies(received?.json ?? {})).toBe(true);
    expect(message).toEqual({
      AlarmName: 'sm-prod-5XX',
      AlarmDescription: 'The prod endpoint answers with server errors',
      AWSAccountId: '123456789012',
      AlarmConfigurationUpdatedTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      NewStateValue: 'ALARM',
      NewStateReason: expect.stringMatching(
        /^Threshold Crossed: 1 out of the last 1 datapoints \[23\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(5\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
      ),
      StateChangeTime: expect.stringMatching(/\+0000$/),
      Region: 'Canada (Central)',
      AlarmArn: 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:sm-prod-5XX',
      OldStateValue: 'OK',
      ActionExecutedAfterMuteWindow: false,
      OKActions: ['arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      AlarmActions: ['arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      InsufficientDataActions: ['arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      Trigger: {
        MetricName: 'Invocation5XXErrors',
        Namespace: 'AWS/SageMaker',
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Unit: null,
        Dimensions: [
          { value: 'bikeshare-prod', name: 'EndpointName' },
          { value: 'AllTraffic', name: 'VariantName' },
        ],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 5,
        TreatMissingData: 'notBreaching',
        EvaluateLowSampleCountPercentile: '',
      },
    });
  });

  it('on a percentile, on an expression and on a band tells so', async () => {
    await act('sm-prod-latency', 'fire');
    await act('recommendation-model-drift-detected', 'fire');
    await act('sm-prod-latency-p95-anomaly', 'fire');
    const all = await messages(3);
    const triggers = new Map(all.map((message) => [message.AlarmName, message.Trigger]));
    const reasons = all.map((message) => message.NewStateReason);

    expect(triggers.get('sm-prod-latency')).toMatchObject({ StatisticType: 'ExtendedStatistic', Statistic: 'p95' });
    expect(triggers.get('recommendation-model-drift-detected')).toMatchObject({
      Threshold: 0.2,
      Metrics: [{ Id: 'e1', Expression: 'MAX([m1, m2])', ReturnData: true }, { Id: 'm1' }, { Id: 'm2' }],
    });
    expect(triggers.get('recommendation-model-drift-detected')).not.toHaveProperty('MetricName');
    expect(triggers.get('sm-prod-latency-p95-anomaly')).toMatchObject({
      ThresholdMetricId: 'ad1',
      ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
      Metrics: [{ Id: 'm1' }, { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' }],
    });
    expect(triggers.get('sm-prod-latency-p95-anomaly')).not.toHaveProperty('Threshold');
    expect(reasons).toContainEqual(
      expect.stringMatching(/^Thresholds Crossed: .*greater than the upper thresholds \[391204\.7\]/),
    );
  });

  it('that is made of others fires with the last of them and names them', async () => {
    const result = await act('bikeshare-prod-unhealthy', 'fire');
    const all = await messages(3);
    const composite = all.find((message) => message.AlarmName === 'bikeshare-prod-unhealthy');

    expect(result).toEqual({ ok: true });
    expect(composite).toMatchObject({
      AlarmRule: 'ALARM("sm-prod-5XX") AND ALARM("sm-prod-latency")',
      NewStateReason: expect.stringMatching(
        /^arn:aws:cloudwatch:.*:alarm:sm-prod-latency transitioned to ALARM at \w+day \d\d \w+, \d{4} \d\d:\d\d:\d\d UTC$/,
      ),
      TriggeringChildren: [
        { Arn: expect.stringMatching(/sm-prod-5XX$/), State: { Value: 'ALARM' } },
        { Arn: expect.stringMatching(/sm-prod-latency$/), State: { Value: 'ALARM' } },
      ],
    });
    expect(composite).not.toHaveProperty('Trigger');
    expect(composite).not.toHaveProperty('AlarmConfigurationUpdatedTimestamp');
  });

  it('that is made of others recovers with the first of them', async () => {
    await act('bikeshare-prod-unhealthy', 'fire');

    await act('sm-prod-5XX', 'recover');

    expect(stateOf('bikeshare-prod-unhealthy')).toBe('OK');
    expect(stateOf('sm-prod-latency')).toBe('ALARM');
  });

  it('over many series tells about itself and about each that fires', async () => {
    await act('mlops-bikeshare-lambda-errors', 'fire');
    const all = await messages(3);

    expect(all.map((message) => message.AlarmContributorAttributes).filter(Boolean)).toHaveLength(2);
    expect(all).toContainEqual(
      expect.objectContaining({ NewStateReason: '2 out of 3 contributors evaluated to ALARM' }),
    );
    expect(all).toContainEqual(
      expect.objectContaining({
        AlarmContributorId: '4f1c9a27d06be853',
        AlarmContributorAttributes: { FunctionName: 'bikeshare-ingest' },
      }),
    );
  });

  it('that is repeated sends the same message with the same id', async () => {
    await act('staging-f1-low', 'fire');

    const result = await act('staging-f1-low', 'repeat');
    const [first, second] = await subscriber.wait(2);

    expect(result).toEqual({ ok: true });
    expect(second?.body).toBe(first?.body);
  });

  it('without data says that it could not tell', async () => {
    await act('sm-prod-latency', 'no-data');
    const [message] = await messages(1);

    expect(message).toMatchObject({
      NewStateValue: 'INSUFFICIENT_DATA',
      NewStateReason: 'Insufficient Data: 3 datapoints were unknown.',
    });
  });

  it.each(DEMO_ALARMS.map(({ name }) => name))('%s fires and recovers', async (name) => {
    const states = [];
    for (const wish of ['fire', 'recover'] as const) {
      await act(name, wish);
      states.push(stateOf(name));
    }

    expect(states).toEqual(['ALARM', 'OK']);
  });

  it.each(DEMO_ALARMS.filter((one) => 'threshold' in one))('$name has datapoints on the right sides', (alarm) => {
    if (!('threshold' in alarm)) return;
    const below = alarm.comparison.startsWith('Less');
    const crosses = (value: number) => {
      if (value === alarm.threshold) return alarm.comparison.includes('OrEqual');
      return below ? value < alarm.threshold : value > alarm.threshold;
    };

    expect(alarm.bad.map(crosses)).toEqual(alarm.bad.map(() => true));
    expect(alarm.good.map(crosses)).toEqual(alarm.good.map(() => false));
    expect(alarm.bad).toHaveLength(alarm.datapointsToAlarm);
  });
});

describe('the panel', () => {
  it.each([
    ['sm-prod-5XX', 'recover', 'sm-prod-5XX is OK already'],
    ['missing', 'fire', 'There is no alarm missing'],
    ['bikeshare-prod-unhealthy', 'no-data', 'no data of its own'],
  ] as const)('answers %s %s with words', async (name, wish, words) => {
    const result = await act(name, wish);

    expect(result).toEqual({ ok: false, error: expect.stringContaining(words) });
    expect(subscriber.received).toEqual([]);
  });

  it('hears of every change', async () => {
    let heard = 0;
    world.aws.alarms.onChange(() => {
      heard += 1;
    });

    await act('sm-prod-5XX', 'fire');

    expect(heard).toBe(1);
  });

  it('lets a storm of distinct alarms of several services pass, and ends it', async () => {
    const result = await world.aws.alarms.act({ type: 'storm', alarms: 60 });
    const fired = await messages(60);
    await world.aws.alarms.act({ type: 'storm', alarms: 0 });
    const recovered = (await messages(120)).slice(60);

    expect(result).toEqual({ ok: true });
    expect(new Set(fired.map((message) => message.AlarmName)).size).toBe(60);
    expect(new Set(fired.map((message) => String(message.AlarmName).split('-')[0]))).toEqual(
      new Set(['bikeshare', 'recommendation']),
    );
    expect(new Set(recovered.map((message) => message.NewStateValue))).toEqual(new Set(['OK']));
  });

  it('refuses a storm that is none', async () => {
    expect(await world.aws.alarms.act({ type: 'storm', alarms: -1 })).toMatchObject({ ok: false });
  });
});
