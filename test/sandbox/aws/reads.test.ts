import { GetMetricWidgetImageCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueryResultsCommand, StartQueryCommand, StopQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  DescribePipelineExecutionCommand,
  ListEndpointConfigsCommand,
  ListModelPackagesCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSageMakerChanges } from '../../../sandbox/aws/sagemaker/changes.ts';
import { newsFromEvent } from '../../../src/sources/eventbridge.ts';
import { eventually } from '../../support/eventually.ts';
import { type RunningAws, startAws } from './running-aws.ts';

let world: RunningAws;
const at = Date.parse('2026-11-22T06:00:00Z');

beforeAll(async () => {
  world = await startAws();
});

afterAll(() => world.close());

describe('SageMaker', () => {
  const told: object[] = [];

  beforeAll(() => {
    const { models, configs, endpoints } = world.aws.sageMaker;
    for (const version of [41, 42]) {
      const name = `shop-v${version}`;
      models.set(name, { name, image: 'shop:latest', dataUrl: `s3://models/${name}.tar.gz`, createdAt: at + version });
      const variants = [{ name: 'AllTraffic', model: name, instances: 2, instanceType: 'ml.m5.large', weight: 1 }];
      configs.set(`shop-cfg-${version}`, { name: `shop-cfg-${version}`, createdAt: at + version, variants });
    }
    endpoints.set('shop', {
      ...{ name: 'shop', createdAt: at, config: 'shop-cfg-41', status: 'InService' },
      ...{ failureReason: null, modifiedAt: at },
    });
  });

  const changes = () =>
    createSageMakerChanges({
      sageMaker: world.aws.sageMaker,
      place: world.aws.board.place,
      tell: (event) => told.push(event),
    });

  it('says what serves, and tells of a release as EventBridge does', async () => {
    changes().deploy('shop', 'shop-cfg-42', at + 60_000);

    const endpoint = await world.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'shop' }));
    const config = await world.sageMaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: endpoint.EndpointConfigName }),
    );
    const ModelName = config.ProductionVariants?.[0]?.ModelName;
    const model = await world.sageMaker.send(new DescribeModelCommand({ ModelName }));

    expect(endpoint).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'shop-cfg-42',
      LastModifiedTime: new Date(at + 60_000),
      ProductionVariants: [{ VariantName: 'AllTraffic', CurrentWeight: 1, CurrentInstanceCount: 2 }],
    });
    expect(model.PrimaryContainer?.ModelDataUrl).toBe('s3://models/shop-v42.tar.gz');
    expect(told).toMatchObject([
      {
        'detail-type': 'SageMaker Endpoint Deployment State Change',
        detail: { EndpointStatus: 'UPDATING', PendingDeploymentSummary: { EndpointConfigName: 'shop-cfg-42' } },
      },
      { 'detail-type': 'SageMaker Endpoint State Change', detail: { EndpointStatus: 'IN_SERVICE' } },
    ]);
  });

  it('is understood by the bot', () => {
    const { region, account } = world.aws.board.place;
    const arn = `arn:aws:sns:${region}:${account}:sm-alerts`;
    const topic = { arn, partition: 'aws', region, account, name: 'sm-alerts' };

    const changed = told.flatMap((event) => newsFromEvent(event, { topic, publishedAt: at }, at)?.changes ?? []);

    expect(changed.map(({ kind, text }) => [kind, text])).toEqual([
      ['deployment', 'Endpoint shop is being deployed: from shop-cfg-41 to shop-cfg-42'],
      ['endpoint', 'Endpoint shop is in service with configuration shop-cfg-42'],
    ]);
  });

  it('lists configurations, the newest first', async () => {
    const answer = await world.sageMaker.send(new ListEndpointConfigsCommand({ NameContains: 'shop', MaxResults: 1 }));

    expect(answer.EndpointConfigs?.map(({ EndpointConfigName }) => EndpointConfigName)).toEqual(['shop-cfg-42']);
    expect(answer.NextToken).toBe('1');
  });

  it('knows runs of pipelines and packages of models', async () => {
    const { start, finish, register } = changes();
    const arn = start('shop-retrain', 'nightly', at);
    finish(arn, 'Failed', 'Step Train failed', at + 1000);
    register('shop', 'PendingManualApproval', at);

    const run = await world.sageMaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: arn }));
    const runs = await world.sageMaker.send(new ListPipelineExecutionsCommand({ PipelineName: 'shop-retrain' }));
    const packages = await world.sageMaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: 'shop' }));

    expect(run).toMatchObject({ PipelineExecutionStatus: 'Failed', FailureReason: 'Step Train failed' });
    expect(runs.PipelineExecutionSummaries).toMatchObject([{ PipelineExecutionArn: arn }]);
    expect(packages.ModelPackageSummaryList).toMatchObject([{ ModelApprovalStatus: 'PendingManualApproval' }]);
  });

  it('says so where there is nothing, and what it does not have', async () => {
    const unknown = world.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'other' }));
    const deletion = world.sageMaker.send(new DeleteEndpointCommand({ EndpointName: 'shop' }));

    await expect(unknown).rejects.toThrow('Could not find endpoint');
    await expect(deletion).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('Logs Insights', () => {
  const line = (seconds: number, message: object | string) => ({
    at: at + seconds * 1000,
    message: typeof message === 'string' ? message : JSON.stringify(message),
    stream: 'a',
  });

  beforeAll(() => {
    world.aws.logGroups.add('/aws/lambda/shop', () => [
      line(1, 'START'),
      line(2, { level: 'ERROR', event_type: 'error', error_type: 'Timeout', latency_ms: 900 }),
      line(3, { level: 'ERROR', event_type: 'error', error_type: 'Timeout', latency_ms: 1100 }),
      line(4, { level: 'ERROR', event_type: 'error', error_type: 'BadModel', latency_ms: 20 }),
      line(5, { level: 'INFO', event_type: 'api_request', latency_ms: 30 }),
    ]);
  });

  async function ask(queryString: string, logGroupNames = ['/aws/lambda/shop']) {
    const span = { startTime: at / 1000, endTime: at / 1000 + 60 };
    const { queryId } = await world.logs.send(new StartQueryCommand({ logGroupNames, queryString, ...span }));
    return await eventually('the answer of the query', async () => {
      const { status, results } = await world.logs.send(new GetQueryResultsCommand({ queryId }));
      expect(status).toBe('Complete');
      const rows = results?.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
      return rows?.map(({ '@ptr': _, ...row }) => row) ?? [];
    });
  }

  it('finds lines, the newest first', async () => {
    const rows = await ask(
      'fields @timestamp, @message | filter @message like /ERROR/ | sort @timestamp desc | limit 2',
    );

    expect(rows.map((row) => row['@timestamp'])).toEqual(['2026-11-22 06:00:04.000', '2026-11-22 06:00:03.000']);
  });

  it('counts and averages by a field', async () => {
    const counted = await ask(
      'fields error_type | filter event_type = "error" | stats count() as count by error_type | sort count desc | limit 10',
    );
    const averaged = await ask(
      'filter latency_ms > 100 and level = "ERROR" | stats avg(latency_ms) as ms by error_type',
    );

    expect(counted).toEqual([
      { error_type: 'Timeout', count: '2' },
      { error_type: 'BadModel', count: '1' },
    ]);
    expect(averaged).toEqual([{ error_type: 'Timeout', ms: '1000' }]);
  });

  it('refuses what it cannot read, and groups that are not there', async () => {
    await expect(ask('dance @message')).rejects.toMatchObject({ name: 'MalformedQueryException' });
    await expect(ask('limit 1', ['/aws/lambda/none'])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('can be stopped', async () => {
    const span = { startTime: at / 1000, endTime: at / 1000 + 60 };
    const input = { logGroupName: '/aws/lambda/shop', queryString: 'limit 1', ...span };
    const { queryId } = await world.logs.send(new StartQueryCommand(input));

    await world.logs.send(new StopQueryCommand({ queryId }));
    const { status } = await world.logs.send(new GetQueryResultsCommand({ queryId }));

    expect(status).toBe('Cancelled');
  });
});

describe('S3', () => {
  beforeAll(() => {
    const names = Array.from({ length: 1005 }, (_, i) => `raw/${String(i).padStart(4, '0')}.json`);
    world.aws.s3.add('shop-data', () =>
      [...names, 'models/a & b.tar.gz'].map((key, i) => ({ key, size: i, modifiedAt: at + i })),
    );
  });

  it('lists what is under a prefix, page by page', async () => {
    const first = await world.s3.send(new ListObjectsV2Command({ Bucket: 'shop-data', Prefix: 'raw/' }));
    const second = await world.s3.send(
      new ListObjectsV2Command({ Bucket: 'shop-data', Prefix: 'raw/', ContinuationToken: first.NextContinuationToken }),
    );

    expect([first.Contents?.length, second.Contents?.length, second.IsTruncated]).toEqual([1000, 5, false]);
    expect(first.Contents?.[1]).toMatchObject({ Key: 'raw/0001.json', Size: 1, LastModified: new Date(at + 1) });
  });

  it('groups by a delimiter, and escapes', async () => {
    const folders = await world.s3.send(new ListObjectsV2Command({ Bucket: 'shop-data', Delimiter: '/' }));
    const models = await world.s3.send(new ListObjectsV2Command({ Bucket: 'shop-data', Prefix: 'models/' }));

    expect(folders.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['models/', 'raw/']);
    expect(models.Contents?.[0]?.Key).toBe('models/a & b.tar.gz');
  });

  it('has no other buckets', async () => {
    await expect(world.s3.send(new ListObjectsV2Command({ Bucket: 'other' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

it('tells whether a schedule is on', async () => {
  const rule = { name: 'ingest', schedule: 'rate(15 minutes)', description: 'Ingestion', isEnabled: false };
  world.aws.rules.set('ingest', rule);

  const answer = await world.eventBridge.send(new DescribeRuleCommand({ Name: 'ingest' }));

  expect(answer).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(15 minutes)' });
  await expect(world.eventBridge.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

describe('a widget image', () => {
  beforeAll(() => {
    const metric = { namespace: 'Shop', name: 'Latency', dimensions: { Service: 'checkout' } };
    world.aws.metrics.generate(metric, 60_000, () => ({ count: 10, mean: 240, spread: 0.4 }));
  });

  const draw = (widget: object) =>
    world.cloudWatch.send(new GetMetricWidgetImageCommand({ MetricWidget: JSON.stringify(widget) }));

  it('is a real picture', async () => {
    const { MetricWidgetImage } = await draw({
      title: 'Latency',
      start: '-PT1H',
      metrics: [
        ['Shop', 'Latency', 'Service', 'checkout', { stat: 'p95', period: 60, id: 'm1', visible: false }],
        ['...', { stat: 'p50', period: 60 }],
        [{ expression: 'm1 / 1000', label: 'seconds' }],
      ],
      annotations: { horizontal: [{ label: 'above 800 ms', value: 800 }] },
    });
    const png = Buffer.from(MetricWidgetImage ?? []);

    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(300);
  });

  it('is refused without metrics', async () => {
    await expect(draw({ metrics: [] })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
