import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Ask } from '../../src/domain/query.ts';
import { ask, HOUR, NOW, query } from './given.ts';
import { refusal, standIn } from './stand-in.ts';

const seconds = (at: number) => at / 1_000;

describe('CloudWatch', () => {
  const errors: Ask = {
    kind: 'cloudwatch',
    metrics: {
      errors: {
        namespace: 'AWS/SageMaker',
        metric: 'Errors',
        dimensions: { EndpointName: '{endpoint}' },
        stat: 'Sum',
        periodSeconds: 60,
      },
      all: { namespace: 'AWS/SageMaker', metric: 'Invocations', dimensions: {}, stat: 'Sum', periodSeconds: 60 },
    },
    expression: '100 * errors / all',
  };
  const results = (more: object = {}) => ({
    MetricDataResults: [
      {
        Id: 'tocsin_answer',
        Label: 'Error rate',
        StatusCode: 'Complete',
        Timestamps: [seconds(NOW - 120_000), seconds(NOW - 60_000)],
        Values: [0.5, 3.1249],
        ...more,
      },
    ],
  });

  it('gives the newest value of an expression, in the unit of the query, and its course', async () => {
    const aws = await standIn({ GetMetricData: () => ({ json: results() }) });

    const found = await ask(aws, query(errors, { unit: 'Percent' }));

    expect(found).toMatchObject({ text: '3.12 %', value: 3.1249, at: NOW - 60_000 });
    expect(found.series[0]?.points).toEqual([
      [NOW - 120_000, 0.5],
      [NOW - 60_000, 3.1249],
    ]);
  });

  it('asks for the metric of this environment, and returns the expression alone', async () => {
    const aws = await standIn({ GetMetricData: () => ({ json: results() }) });

    await ask(aws, query(errors));

    const [{ body } = { body: {} }] = aws.asked;
    expect(body.MetricDataQueries[0].MetricStat.Metric.Dimensions).toEqual([{ Name: 'EndpointName', Value: 'bikes' }]);
    expect(body.MetricDataQueries.map((one: { ReturnData: boolean }) => one.ReturnData)).toEqual([false, false, true]);
    expect([body.StartTime, body.EndTime]).toEqual([seconds(NOW - 3 * HOUR), seconds(NOW)]);
  });

  it('says so when CloudWatch gives a part, and when it gives nothing', async () => {
    const aws = await standIn({ GetMetricData: () => ({ json: results({ StatusCode: 'PartialData' }) }) });
    const part = await ask(aws, query(errors));
    aws.says({ GetMetricData: () => ({ json: results({ Timestamps: [], Values: [] }) }) });
    const nothing = await ask(aws, query(errors));

    expect(part.text).toBe('3.12 (CloudWatch did not give all of its data)');
    expect(nothing).toMatchObject({ text: 'no data in this time', value: null, at: null });
  });

  it('takes a forbidden metric for what a person must mend, and an internal error for what passes', async () => {
    const aws = await standIn({ GetMetricData: () => ({ json: results({ StatusCode: 'Forbidden' }) }) });
    const forbidden = ask(aws, query(errors));
    await expect(forbidden).rejects.toThrow(SetupError);
    await expect(forbidden).rejects.toThrow(/does not let Tocsin read/);

    aws.says({ GetMetricData: () => ({ json: results({ StatusCode: 'InternalError' }) }) });
    await expect(ask(aws, query(errors))).rejects.toThrow(TransientError);
  });

  it('names the permission that is missing, and the place of a value that is', async () => {
    const aws = await standIn({ GetMetricData: () => refusal('AccessDeniedException', 'no', 400) });

    await expect(ask(aws, query(errors))).rejects.toThrow(/cloudwatch:GetMetricData/);
    await expect(ask(aws, query(errors), { at: { values: {} } })).rejects.toThrow(
      '{endpoint} has no value in prod: add it under environments.prod.values of bikes.',
    );
    await expect(ask(aws, query(errors), { at: { region: null } })).rejects.toThrow(/no AWS region in prod/);
  });

  it('gives up when whoever asks does', async () => {
    const aws = await standIn({ GetMetricData: () => 'hang' });

    await expect(ask(aws, query(errors), { signal: AbortSignal.timeout(50) })).rejects.toThrow(TransientError);
  });
});

describe('Logs Insights', () => {
  const logs: Ask = {
    kind: 'logs',
    groups: ['/aws/lambda/{endpoint}'],
    query: 'filter @message like /ERROR/',
    sinceMs: HOUR,
  };
  const row = (fields: Record<string, string>) => Object.entries(fields).map(([field, value]) => ({ field, value }));

  it('waits for the end, and shows the newest lines without what is for machines', async () => {
    let polls = 0;
    const line = row({ '@timestamp': '2026-11-22 02:09:59.120', '@message': 'ERROR no model', '@ptr': 'x' });
    const aws = await standIn({
      StartQuery: () => ({ json: { queryId: 'q-1' } }),
      GetQueryResults: () => ({
        json: ++polls < 2 ? { status: 'Running' } : { status: 'Complete', results: [line, line] },
      }),
    });

    const found = await ask(aws, query(logs));

    expect(found).toMatchObject({ text: '2 lines', value: 2, at: NOW - 880 });
    expect(found.rows[0]).toBe('02:09:59 ERROR no model');
    const [{ body } = { body: {} }] = aws.asked;
    expect(body).toMatchObject({
      logGroupNames: ['/aws/lambda/bikes'],
      startTime: seconds(NOW - HOUR),
      endTime: seconds(NOW),
    });
  });

  it('gives the number of a query that counts', async () => {
    const aws = await standIn({
      StartQuery: () => ({ json: { queryId: 'q-1' } }),
      GetQueryResults: () => ({ json: { status: 'Complete', results: [row({ errors: '42' })] } }),
    });

    expect(await ask(aws, query(logs, { unit: 'Count' }))).toMatchObject({ text: '42', value: 42 });
  });

  it('stops what it began when the time is over', async () => {
    const aws = await standIn({
      StartQuery: () => ({ json: { queryId: 'q-1' } }),
      GetQueryResults: () => ({ json: { status: 'Running' } }),
      StopQuery: () => ({ json: { success: true } }),
    });

    await expect(ask(aws, query(logs), { signal: AbortSignal.timeout(400) })).rejects.toThrow(TransientError);
    await expect.poll(() => aws.asked.at(-1)?.what).toBe('StopQuery');
    expect(aws.asked.at(-1)?.body).toEqual({ queryId: 'q-1' });
  });

  it('takes a query that fails for what a person must mend', async () => {
    const aws = await standIn({
      StartQuery: () => ({ json: { queryId: 'q-1' } }),
      GetQueryResults: () => ({ json: { status: 'Failed' } }),
    });

    await expect(ask(aws, query(logs))).rejects.toThrow(SetupError);
  });
});

describe('an endpoint', () => {
  const endpoint: Ask = { kind: 'endpoint', endpoint: '{endpoint}' };
  const live = {
    EndpointStatus: 'InService',
    EndpointConfigName: 'bikes-v41',
    LastModifiedTime: seconds(NOW - HOUR),
    ProductionVariants: [{ VariantName: 'main', CurrentWeight: 1, CurrentInstanceCount: 2 }],
  };
  const config = { ProductionVariants: [{ VariantName: 'main', ModelName: 'bikes-2026-11' }] };

  it('is told with its status, configuration and model', async () => {
    const aws = await standIn({
      DescribeEndpoint: () => ({ json: live }),
      DescribeEndpointConfig: () => ({ json: config }),
    });

    const found = await ask(aws, query(endpoint));

    expect(found.text).toBe('InService with config bikes-v41, last changed 22 Nov 01:10 UTC');
    expect(found).toMatchObject({ word: 'InService', at: NOW - HOUR });
    expect(found.rows).toEqual(['main: model bikes-2026-11, 2 instances, 100 % of the traffic']);
  });

  it('is told all the same when the model cannot be', async () => {
    const aws = await standIn({
      DescribeEndpoint: () => ({ json: { ...live, EndpointStatus: 'Failed', FailureReason: 'no capacity' } }),
      DescribeEndpointConfig: () => refusal('AccessDeniedException'),
    });

    const found = await ask(aws, query(endpoint));

    expect(found.text).toMatch(/^Failed: no capacity with config bikes-v41/);
    expect(found.rows[0]).toMatch(/^could not tell which model serves: .*sagemaker:DescribeEndpointConfig/);
  });
});

describe('the newest object', () => {
  const s3: Ask = { kind: 's3', bucket: 'data', prefix: 'silver/' };
  const object = (key: string, at: number) =>
    `<Contents><Key>${key}</Key><LastModified>${new Date(at).toISOString()}</LastModified></Contents>`;
  const list = (contents: string, next?: string) =>
    `<ListBucketResult>${contents}${next ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` : ''}</ListBucketResult>`;

  it('is found by its time on any page, with its age in the unit of the query', async () => {
    const aws = await standIn({
      '/data/': ({ path }) => ({
        text: path.includes('continuation-token')
          ? list(object('silver/a', NOW - 3 * HOUR))
          : list(object('silver/b', NOW - 2.5 * HOUR) + object('silver/c', NOW - 9 * HOUR), 'more'),
      }),
    });

    expect(await ask(aws, query(s3, { unit: 'Hours' }))).toMatchObject({
      text: '2 h 30 min old: silver/b',
      value: 2.5,
      at: NOW - 2.5 * HOUR,
    });
    expect(await ask(aws, query(s3))).toMatchObject({ value: 9_000 });
  });

  it('is not guessed among too many, and its lack is told', async () => {
    const aws = await standIn({ '/data/': () => ({ text: list(object('silver/a', NOW), 'more') }) });
    await expect(ask(aws, query(s3))).rejects.toThrow(
      /more than 5,000 objects under s3:\/\/data\/silver\/: name a longer prefix/,
    );

    aws.says({ '/data/': () => ({ text: list('') }) });
    expect(await ask(aws, query(s3))).toMatchObject({ text: 'nothing under s3://data/silver/', value: null });
  });
});

describe('a schedule', () => {
  it('is told with its state and when it runs', async () => {
    const aws = await standIn({
      DescribeRule: () => ({ json: { State: 'DISABLED', ScheduleExpression: 'rate(15 minutes)' } }),
    });

    const found = await ask(aws, query({ kind: 'schedule', rule: 'ingest', bus: null }));

    expect(found).toMatchObject({ text: 'DISABLED, rate(15 minutes)', word: 'DISABLED' });
  });
});
