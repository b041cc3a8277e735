import { DescribeAlarmsCommand, ListDashboardsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAws, startAws } from './running-aws.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

let world: RunningAws;
let subscriber: Subscriber;

beforeAll(async () => {
  [world, subscriber] = await Promise.all([startAws(), startSubscriber()]);
  await world.subscribe(`arn:aws:sns:ca-central-1:123456789012:sm-alerts`, subscriber);
});

afterEach(() => {
  subscriber.received.length = 0;
});

afterAll(async () => {
  await world.close();
  await subscriber.close();
});

const set = (name: string, state: 'ALARM' | 'OK', reason = 'drill') =>
  world.cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason }));

describe('DescribeAlarms', () => {
  it('answers metric alarms only, unless composite ones are asked for', async () => {
    const names = ['sm-prod-5XX', 'bikeshare-prod-unhealthy'];

    const metric = await world.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: names }));
    const both = await world.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );

    expect(metric.CompositeAlarms).toEqual([]);
    expect(metric.MetricAlarms).toMatchObject([
      {
        AlarmName: 'sm-prod-5XX',
        StateValue: 'OK',
        StateUpdatedTimestamp: expect.any(Date),
        MetricName: 'Invocation5XXErrors',
        Statistic: 'Sum',
        Threshold: 5,
        AlarmActions: ['arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      },
    ]);
    expect(both.CompositeAlarms).toMatchObject([{ AlarmRule: 'ALARM("sm-prod-5XX") AND ALARM("sm-prod-latency")' }]);
  });

  it('pages, and filters by prefix and state', async () => {
    const input = { AlarmNamePrefix: 'recommendation-', MaxRecords: 3 };

    const first = await world.cloudWatch.send(new DescribeAlarmsCommand(input));
    const second = await world.cloudWatch.send(new DescribeAlarmsCommand({ ...input, NextToken: first.NextToken }));
    const firing = await world.cloudWatch.send(new DescribeAlarmsCommand({ ...input, StateValue: 'ALARM' }));

    expect([first.MetricAlarms?.length, second.MetricAlarms?.length, second.NextToken]).toEqual([3, 1, undefined]);
    expect(firing.MetricAlarms).toEqual([]);
  });
});

describe('SetAlarmState', () => {
  it("publishes with the caller's reason, once per change of state", async () => {
    await set('staging-f1-low', 'ALARM', 'drill: not an incident');
    await set('staging-f1-low', 'ALARM', 'again');
    await set('staging-f1-low', 'OK');
    const received = await subscriber.wait(2);
    const messages = received.map(({ json }) => JSON.parse(json.Message ?? ''));

    expect(new Set(messages.map((message) => message.NewStateReason))).toEqual(
      new Set(['drill: not an incident', 'drill']),
    );
    expect(subscriber.received).toHaveLength(2);
  });

  it('forces a composite alarm without children', async () => {
    await set('bikeshare-prod-unhealthy', 'ALARM');
    const [received] = await subscriber.wait(1);
    await world.aws.alarms.act({ type: 'alarm', name: 'bikeshare-prod-unhealthy', do: 'recover' });
    const shown = world.aws.alarms.list().find(({ name }) => name === 'bikeshare-prod-unhealthy');

    expect(JSON.parse(received?.json.Message ?? '')).toMatchObject({ TriggeringChildren: [], NewStateReason: 'drill' });
    expect(shown?.state).toBe('OK');
  });

  it('says ResourceNotFound to an unknown alarm', async () => {
    await expect(set('missing', 'ALARM')).rejects.toMatchObject({
      name: 'ResourceNotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

it('says that it does not offer what it does not offer', async () => {
  const call = world.cloudWatch.send(new ListDashboardsCommand({}));

  await expect(call).rejects.toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 400 } });
});

it('tells the caller who it is', async () => {
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });

  const answer = await fetch(world.endpoint, { method: 'POST', body });

  expect(await answer.text()).toContain('<Account>123456789012</Account>');
});
