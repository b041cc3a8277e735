import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDataQuery,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAws, startAws } from './running-aws.ts';

let world: RunningAws;
/** The start of the minute before last. */
const now = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000);

beforeAll(async () => {
  world = await startAws();
  const service = { Service: 'checkout' };
  const metric = (name: string) => ({ namespace: 'Shop', name, dimensions: service });
  world.aws.metrics.generate(metric('Requests'), 60_000, () => ({ count: 200, mean: 1 }));
  world.aws.metrics.generate(metric('Errors'), 60_000, (at) => ({ count: 200, mean: at >= now - 120_000 ? 0.05 : 0 }));
  world.aws.metrics.generate(metric('Latency'), 60_000, () => ({ count: 100, mean: 200, spread: 0.5 }));
  world.aws.metrics.generate(metric('Rare'), 60_000, (at) => (at === now - 180_000 ? { count: 1, mean: 3 } : null));
});

afterAll(() => world.close());

const metric = (id: string, name: string, Stat: string, Period = 60): MetricDataQuery => ({
  Id: id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'Shop', MetricName: name, Dimensions: [{ Name: 'Service', Value: 'checkout' }] },
    Period,
    Stat,
  },
});

/** Asks for five minutes. */
const ask = (MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) =>
  world.cloudWatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime: minutesAgo(5), EndTime: minutesAgo(0), ...more }),
  );

/** The values of an expression over the metrics of this file, newest first. */
const computed = async (Expression: string) => {
  const parts = [metric('req', 'Requests', 'Sum'), metric('err', 'Errors', 'Sum'), metric('rare', 'Rare', 'Sum')];
  const answer = await ask([...parts, { Id: 'e', Expression }]);
  return answer.MetricDataResults?.map(({ Values }) => Values?.map((value) => Number(value.toFixed(6))));
};

describe('GetMetricData', () => {
  it('answers the newest first, or the oldest when asked', async () => {
    const query = { ...metric('err', 'Errors', 'Sum'), ReturnData: true };

    const newest = await ask([query]);
    const oldest = await ask([query], { ScanBy: 'TimestampAscending' });

    expect(newest.MetricDataResults).toEqual([
      {
        Id: 'err',
        Label: 'Errors',
        StatusCode: 'Complete',
        Timestamps: [1, 2, 3, 4, 5].map(minutesAgo),
        Values: [10, 10, 0, 0, 0],
      },
    ]);
    expect(oldest.MetricDataResults?.[0]?.Values).toEqual([0, 0, 0, 10, 10]);
  });

  it.each([
    ['Sum', 20_000],
    ['SampleCount', 100],
    ['Average', 200],
    ['p50', 200 / Math.exp(0.125)],
    ['p99', (200 / Math.exp(0.125)) * Math.exp(0.5 * 2.3263)],
  ])('knows the statistic %s', async (stat, expected) => {
    const answer = await ask([{ ...metric('m', 'Latency', stat), ReturnData: true }]);

    expect(answer.MetricDataResults?.[0]?.Values?.[0]).toBeCloseTo(expected, 1);
  });

  it('joins minutes to longer periods', async () => {
    const StartTime = new Date(Math.floor(now / 300_000) * 300_000 - 600_000);
    const EndTime = new Date(StartTime.getTime() + 300_000);
    const answer = await ask([{ ...metric('m', 'Requests', 'Sum', 300), ReturnData: true }], { StartTime, EndTime });

    expect(answer.MetricDataResults?.[0]?.Values).toEqual([1000]);
  });

  it.each([
    ['100 * err / req', [[5, 5, 0, 0, 0]]],
    ['err / req * 100', [[5, 5, 0, 0, 0]]],
    ['(req - err) / req', [[0.95, 0.95, 1, 1, 1]]],
    ['req / err', [[20, 20]]],
    ['MAX([err, rare])', [[10, 10, 3, 0, 0]]],
    ['FILL(rare, 0) + 1', [[1, 1, 4, 1, 1]]],
    ['FILL(rare, REPEAT)', [[3, 3, 3]]],
    ['IF(err > 5, err, 0 - 1)', [[10, 10, -1, -1, -1]]],
    ['-req', [[-200, -200, -200, -200, -200]]],
    ['SUM([req, err])', [[210, 210, 200, 200, 200]]],
  ])('computes %s', async (expression, expected) => {
    expect(await computed(expression)).toEqual(expected);
  });

  it('gives a band its two ends', async () => {
    const answer = await computed('ANOMALY_DETECTION_BAND(req, 2)');

    expect(answer).toEqual([Array(5).fill(200), Array(5).fill(200)]);
  });

  it.each([
    ['errors / req', 'errors is not in the request'],
    ['err +', 'cannot be read at its end'],
    ['SEARCH(err)', 'SEARCH is not offered here'],
    ['e * 2', 'refers to itself'],
  ])('refuses %s', async (expression, words) => {
    await expect(computed(expression)).rejects.toThrow(words);
  });

  it('hands out pages, and says which series goes on', async () => {
    const queries = [
      { ...metric('req', 'Requests', 'Sum'), ReturnData: true },
      { ...metric('err', 'Errors', 'Sum'), ReturnData: true },
    ];

    const first = await ask(queries, { MaxDatapoints: 7 });
    const second = await ask(queries, { MaxDatapoints: 7, ...(first.NextToken ? { NextToken: first.NextToken } : {}) });

    expect(first.MetricDataResults?.map(({ Values, StatusCode }) => [Values?.length, StatusCode])).toEqual([
      [5, 'Complete'],
      [2, 'PartialData'],
    ]);
    expect(second.MetricDataResults?.map(({ Values }) => Values)).toEqual([[], [0, 0, 0]]);
    expect(second.NextToken).toBeUndefined();
  });

  it('answers nothing for a metric that nobody measured', async () => {
    const answer = await ask([{ ...metric('m', 'Unheard', 'Sum'), ReturnData: true }]);

    expect(answer.MetricDataResults).toMatchObject([{ Values: [], StatusCode: 'Complete' }]);
  });
});

it('keeps what is put, with values, counts and statistic sets', async () => {
  const Timestamp = minutesAgo(2);
  const datum = { MetricName: 'Put', Dimensions: [{ Name: 'Service', Value: 'checkout' }], Timestamp };

  await world.cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [
        { ...datum, Value: 1 },
        { ...datum, Values: [2, 4], Counts: [2, 1] },
        { ...datum, StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 0.5, Maximum: 9 } },
      ],
    }),
  );
  const stats = ['Sum', 'SampleCount', 'Minimum', 'Maximum'];
  const answer = await ask(stats.map((stat) => ({ ...metric(stat.toLowerCase(), 'Put', stat), ReturnData: true })));

  expect(answer.MetricDataResults?.map(({ Values }) => Values)).toEqual([[29], [8], [0.5], [9]]);
});

it('groups series with Metrics Insights', async () => {
  const one = (FunctionName: string) => ({ namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName } });
  world.aws.metrics.generate(one('ingest'), 60_000, () => ({ count: 1, mean: 7 }));
  world.aws.metrics.generate(one('infer'), 60_000, () => ({ count: 1, mean: 0 }));
  const Expression = 'SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName';

  const answer = await ask([{ Id: 'q', Expression, Period: 60 }]);

  expect(answer.MetricDataResults?.map(({ Label, Values }) => [Label, Values?.[0]])).toEqual([
    ['ingest', 7],
    ['infer', 0],
  ]);
});

it('lists metrics by what they are called', async () => {
  const answer = await world.cloudWatch.send(new ListMetricsCommand({ Namespace: 'Shop', MetricName: 'Errors' }));

  expect(answer.Metrics).toEqual([
    { Namespace: 'Shop', MetricName: 'Errors', Dimensions: [{ Name: 'Service', Value: 'checkout' }] },
  ]);
});
