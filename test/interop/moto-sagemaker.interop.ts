import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  CreatePipelineCommand,
  DescribeEndpointCommand,
  DescribeModelPackageCommand,
  ListPipelineExecutionsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { action, world } from '../actions/given.ts';
import { useRedis } from '../support/redis.ts';
import { freePort } from '../support/scenario-bot.ts';
import { type Program, startProgram } from './program.ts';

const MOTO = process.env.MOTO_SERVER;
const REGION = 'eu-central-1';
const RoleArn = 'arn:aws:iam::123456789012:role/shop';
/** What was made for the tests was made a while ago. */
const AHEAD_MS = 60_000;
const MODELS = { group: 'shop-models', status: 'Rejected' };

const ACTIONS = [
  action('shift', { heals: false, sagemaker_traffic: { endpoint: 'shop', weights: { champion: 1, challenger: 0 } } }),
  action('retrain', {
    heals: false,
    sagemaker_pipeline: { pipeline: 'shop-retrain', parameters: { Reason: 'drift' } },
  }),
  action('reject', { heals: false, sagemaker_model_package: MODELS }),
  action('back', { heals: false, sagemaker_rollback: { endpoint: 'shop', to: 'shop-v1' } }),
];

/** An endpoint with two configurations, of which it serves the second. */
async function makeEndpoint(client: SageMakerClient): Promise<void> {
  for (const version of [1, 2]) {
    const name = `shop-v${version}`;
    const PrimaryContainer = { Image: `shop:${version}`, ModelDataUrl: `s3://models/${name}.tar.gz` };
    await client.send(new CreateModelCommand({ ModelName: name, ExecutionRoleArn: RoleArn, PrimaryContainer }));
    const variant = (VariantName: string, InitialVariantWeight: number) => ({
      ...{ VariantName, InitialVariantWeight, ModelName: name },
      ...{ InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 1 },
    });
    const ProductionVariants = [variant('champion', 0.8), variant('challenger', 0.2)];
    await client.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
  }
  await client.send(new CreateEndpointCommand({ EndpointName: 'shop', EndpointConfigName: 'shop-v2' }));
}

async function makeModels(client: SageMakerClient): Promise<void> {
  await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: MODELS.group }));
  for (let version = 1; version <= 2; version++) {
    const ModelApprovalStatus = 'Approved';
    await client.send(new CreateModelPackageCommand({ ModelPackageGroupName: MODELS.group, ModelApprovalStatus }));
  }
}

describe.skipIf(!MOTO)('SageMaker of moto', () => {
  const redis = useRedis();
  let moto: Program;
  let client: SageMakerClient;

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'moto');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'moto');
    const url = `http://127.0.0.1:${await freePort()}`;
    const args = ['-H', '127.0.0.1', '-p', new URL(url).port];
    moto = await startProgram(MOTO ?? '', args, { url, readyPath: '/moto-api/', cwd: '/' });
    client = new SageMakerClient({ endpoint: url, region: REGION });
    await makeEndpoint(client);
    await makeModels(client);
    const PipelineDefinition = JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'Train', Type: 'Training' }] });
    await client.send(
      new CreatePipelineCommand({
        ...{ PipelineName: 'shop-retrain', PipelineDefinition, RoleArn, ClientRequestToken: 'a'.repeat(32) },
      }),
    );
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await moto.stop();
  });

  const start = async () => {
    const [aws, acting] = [
      createAwsClients({ endpoint: moto.url }),
      createAwsClients({ endpoint: moto.url, once: true }),
    ];
    const clock = { now: Date.now() + AHEAD_MS };
    return await world({ redis: redis.client(), actions: ACTIONS, target: { aws, acting }, clock });
  };
  const run = async (name: string) => {
    const here = await start();
    return await here.untilEnded(await here.approved(name));
  };

  it('has its traffic shifted', async () => {
    const ended = await run('shift');

    expect([ended.state, ended.why, ended.plan.current]).toEqual(['done', ended.why, 'champion 80 %, challenger 20 %']);
    const { ProductionVariants } = await client.send(new DescribeEndpointCommand({ EndpointName: 'shop' }));
    expect(ProductionVariants?.map(({ CurrentWeight }) => CurrentWeight)).toEqual([1, 0]);
  });

  it('starts a pipeline, once, and says how it ended', async () => {
    const ended = await run('retrain');

    expect([ended.state, ended.why]).toEqual(['done', ended.why]);
    const { PipelineExecutionSummaries: all } = await client.send(
      new ListPipelineExecutionsCommand({ PipelineName: 'shop-retrain' }),
    );
    expect(all?.map(({ PipelineExecutionDisplayName }) => PipelineExecutionDisplayName)).toEqual([
      expect.stringMatching(/^tocsin-INC-\d+-1-[0-9a-f]{8}$/),
    ]);
  });

  it('has the newest version of a model rejected', async () => {
    const ended = await run('reject');

    expect([ended.state, ended.why, ended.plan.subject]).toEqual(['done', ended.why, 'shop-models/2']);
    const { ModelApprovalStatus } = await client.send(
      new DescribeModelPackageCommand({
        ModelPackageName: `arn:aws:sagemaker:${REGION}:123456789012:model-package/shop-models/2`,
      }),
    );
    expect(ModelApprovalStatus).toBe('Rejected');
  });

  it('lets a rollback be planned, and claims nothing where nothing is to be seen: moto has no UpdateEndpoint', async () => {
    const ended = await run('back');

    expect(ended.plan).toMatchObject({ current: 'shop-v2', target: 'shop-v1' });
    expect(ended.plan.differences).toContainEqual({ what: 'Image of champion', from: 'shop:2', to: 'shop:1' });
    expect([ended.state, ended.why]).toEqual(['unknown', expect.stringContaining('nothing of it is to be seen')]);
  });
});
