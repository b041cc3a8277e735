import { DescribeAlarmHistoryCommand, DescribeAlarmsForMetricCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmEvaluation } from '../../../sandbox/aws/alarm-evaluation.ts';
import { type RunningAws, startAws } from './running-aws.ts';

let world: RunningAws;

beforeEach(async () => {
  world = await startAws();
});

afterEach(() => world.close());

const press = (name: string, wish: 'fire' | 'recover') => world.aws.alarms.act({ type: 'alarm', name, do: wish });
const stateOf = (name: string) => world.aws.board.find(name)?.state;

describe('DescribeAlarmHistory', () => {
  it('tells changes of state and what was published about them, newest first', async () => {
    await press('sm-prod-5XX', 'fire');
    await press('sm-prod-5XX', 'recover');

    const answer = await world.cloudWatch.send(new DescribeAlarmHistoryCommand({ AlarmName: 'sm-prod-5XX' }));
    const items = answer.AlarmHistoryItems ?? [];
    const action = JSON.parse(items[0]?.HistoryData ?? '');
    const published = JSON.parse(JSON.parse(action.publishedMessage).default);

    expect(items.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary])).toEqual([
      ['Action', 'Successfully executed action arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      ['StateUpdate', 'Alarm updated from ALARM to OK'],
      ['Action', 'Successfully executed action arn:aws:sns:ca-central-1:123456789012:sm-alerts'],
      ['StateUpdate', 'Alarm updated from OK to ALARM'],
    ]);
    expect(action).toMatchObject({ actionState: 'Succeeded', stateUpdateTimestamp: expect.any(Number) });
    expect(published).toMatchObject({ AlarmName: 'sm-prod-5XX', NewStateValue: 'OK' });
  });

  it('is filtered by kind and time, and comes in pages', async () => {
    await press('sm-prod-5XX', 'fire');
    const input = { HistoryItemType: 'StateUpdate' as const, MaxRecords: 1, AlarmTypes: ['MetricAlarm' as const] };
    const find = (more: object) => world.cloudWatch.send(new DescribeAlarmHistoryCommand({ ...input, ...more }));

    await press('sm-prod-5XX', 'recover');
    const first = await find({});
    const second = await find({ NextToken: first.NextToken });
    const later = await find({ StartDate: new Date(Date.now() + 60_000) });

    expect(
      [first, second].flatMap((one) => one.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)),
    ).toEqual(['Alarm updated from ALARM to OK', 'Alarm updated from OK to ALARM']);
    expect(second.NextToken).toBeUndefined();
    expect(later.AlarmHistoryItems).toEqual([]);
  });
});

it('knows the alarms on a metric', async () => {
  const Dimensions = [
    { Name: 'VariantName', Value: 'AllTraffic' },
    { Name: 'EndpointName', Value: 'bikeshare-prod' },
  ];
  const input = { Namespace: 'AWS/SageMaker', MetricName: 'Invocation5XXErrors', Dimensions };

  const answer = await world.cloudWatch.send(new DescribeAlarmsForMetricCommand(input));

  expect(answer.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['sm-prod-5XX']);
});

describe('an alarm that is evaluated', () => {
  const prod = { EndpointName: 'bikeshare-prod', VariantName: 'AllTraffic' };
  const errors = { namespace: 'AWS/SageMaker', name: 'Invocation5XXErrors', dimensions: prod };
  const latency = { namespace: 'AWS/SageMaker', name: 'ModelLatency', dimensions: prod };

  const evaluation = () => createAlarmEvaluation(world.aws.board, world.aws.metrics);

  it('fires and ends with its data, and says which', async () => {
    let each = 0;
    world.aws.metrics.generate(errors, 60_000, () => ({ count: 60, mean: each }));
    const { run } = evaluation();

    run(Date.now());
    const before = stateOf('sm-prod-5XX');
    each = 0.2;
    run(Date.now());
    const during = [stateOf('sm-prod-5XX'), world.aws.board.find('sm-prod-5XX')?.reason];
    each = 0;
    run(Date.now());

    expect(before).toBe('OK');
    expect(during).toEqual(['ALARM', expect.stringContaining('1 out of the last 1 datapoints [12.0 (')]);
    expect(stateOf('sm-prod-5XX')).toBe('OK');
  });

  it('wants as many bad periods as it is told', async () => {
    const now = Date.now();
    const minute = Math.floor(now / 60_000) * 60_000;
    let bad = 1;
    world.aws.metrics.generate(latency, 60_000, (at) => ({
      count: 10,
      mean: at >= minute - bad * 60_000 ? 2_000_000 : 200_000,
    }));
    const { run } = evaluation();

    run(now);
    const once = stateOf('sm-prod-latency');
    bad = 2;
    run(now);

    expect([once, stateOf('sm-prod-latency')]).toEqual(['OK', 'ALARM']);
  });

  it('leaves its usual band', async () => {
    let times = 1;
    const usually = (at: number) => 200_000 + (Math.floor(at / 300_000) % 7) * 5_000;
    world.aws.metrics.generate(latency, 60_000, (at) => ({
      count: 10,
      mean: usually(at) * (at > Date.now() - 900_000 ? times : 1),
    }));
    const { run } = evaluation();

    run(Date.now());
    const usual = stateOf('sm-prod-latency-p95-anomaly');
    times = 3;
    run(Date.now());

    expect([usual, stateOf('sm-prod-latency-p95-anomaly')]).toEqual(['OK', 'ALARM']);
  });

  it('treats missing data as it is told', () => {
    let isSilent = false;
    const quality = {
      namespace: 'Bikeshare/Model',
      name: 'F1-24h',
      dimensions: { EndpointName: 'bikeshare-staging', City: 'nyc' },
    };
    world.aws.metrics.generate(errors, 60_000, () => (isSilent ? null : { count: 1, mean: 0 }));
    world.aws.metrics.generate(quality, 60_000, () => (isSilent ? null : { count: 1, mean: 0.7 }));
    const { run } = evaluation();

    run(Date.now());
    isSilent = true;
    run(Date.now());

    expect([stateOf('sm-prod-5XX'), stateOf('staging-f1-low')]).toEqual(['OK', 'INSUFFICIENT_DATA']);
  });

  it('names the series that fire', () => {
    const one = (FunctionName: string) => ({ namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName } });
    world.aws.metrics.generate(one('bikeshare-ingest'), 60_000, () => ({ count: 1, mean: 0 }));
    world.aws.metrics.generate(one('bikeshare-infer'), 60_000, () => ({ count: 1, mean: 3 }));

    evaluation().run(Date.now());

    expect(world.aws.board.find('mlops-bikeshare-lambda-errors')?.reason).toBe(
      '1 out of 2 contributors evaluated to ALARM',
    );
  });

  it('is left alone while nobody measures anything', () => {
    evaluation().run(Date.now());

    expect(world.aws.board.all().every(({ state }) => state === 'OK')).toBe(true);
  });
});
