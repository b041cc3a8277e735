import {
  DescribeEndpointCommand,
  DescribeModelPackageCommand,
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addShop, type SageMakerWorld, startSageMaker } from './sagemaker-world.ts';

const TOKEN = 'a'.repeat(64);
const GUARDED = { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'shop-5xx' }] } };

const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT', Value });
const policy = (TrafficRoutingConfiguration: object, MaximumExecutionTimeoutInSeconds = 3_600) => ({
  BlueGreenUpdatePolicy: { TrafficRoutingConfiguration, MaximumExecutionTimeoutInSeconds },
});

let world: SageMakerWorld;
let client: SageMakerClient;

beforeEach(async () => {
  world = await startSageMaker({ now: Date.UTC(2026, 10, 22, 3) });
  addShop(world.sageMaker, world.clock.now);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  client = new SageMakerClient({ endpoint: world.url, region: 'eu-central-1', credentials, maxAttempts: 1 });
});
afterEach(() => world.close());

const endpoint = () => client.send(new DescribeEndpointCommand({ EndpointName: 'shop-prod' }));
const update = (more: object = {}) =>
  client.send(new UpdateEndpointCommand({ EndpointName: 'shop-prod', EndpointConfigName: 'shop-v41', ...more }));
const pass = (ms: number) => {
  world.clock.now += ms;
};

describe('an endpoint', () => {
  it('takes its time, takes no other change meanwhile, and serves the new configuration then', async () => {
    await update();
    const during = await endpoint();
    await expect(update()).rejects.toThrow('Cannot update in-progress endpoint');
    pass(60_000);

    expect(during).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'shop-v42',
      PendingDeploymentSummary: { EndpointConfigName: 'shop-v41' },
    });
    expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'shop-v41' });
  });

  it('goes back when an alarm that guards it fires', async () => {
    await update({ DeploymentConfig: { ...GUARDED } });
    pass(10_000);
    world.firing.add('shop-5xx');
    const during = await endpoint();
    pass(60_000);

    expect(during.EndpointStatus).toBe('RollingBack');
    expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'shop-v42' });
  });

  it.each([
    [{ AutoRollbackConfiguration: { Alarms: [] } }, 'between 1 and 10'],
    [policy({ Type: 'CANARY', WaitIntervalInSeconds: 300 }), 'CanarySize must not be null'],
    [policy({ Type: 'CANARY', WaitIntervalInSeconds: 300, CanarySize: percent(60) }), 'between 1 and 50'],
    [policy({ Type: 'LINEAR', WaitIntervalInSeconds: 300, LinearStepSize: percent(5) }), 'between 10 and 50'],
    [policy({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 9_000 }), 'between 0 and 3600'],
    [policy({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }, 60), 'between 600 and 28800'],
  ])('takes no deployment that is not well written: %j', async (DeploymentConfig, words) => {
    await expect(update({ DeploymentConfig })).rejects.toThrow(words);
  });

  it('goes back half-way when it is told to fail', async () => {
    world.sageMaker.faults.failNextDeployment('The new instances did not come up');
    await update();
    pass(25_000);

    expect((await endpoint()).EndpointStatus).toBe('RollingBack');
  });

  it('keeps the instances that autoscaling has added only when it is asked to', async () => {
    const shop = world.sageMaker.endpoints.get('shop-prod');
    if (shop) shop.live = { champion: { weight: 1, instances: 7 }, challenger: { weight: 0, instances: 1 } };
    const ExcludeRetainedVariantProperties = [{ VariantPropertyType: 'DesiredWeight' as const }];
    await update({ RetainAllVariantProperties: true, ExcludeRetainedVariantProperties });
    pass(60_000);

    expect((await endpoint()).ProductionVariants).toMatchObject([
      { VariantName: 'champion', CurrentWeight: Math.fround(0.8), CurrentInstanceCount: 7 },
      { VariantName: 'challenger', CurrentWeight: Math.fround(0.2), CurrentInstanceCount: 1 },
    ]);
  });

  it('shifts traffic between its variants', async () => {
    const DesiredWeightsAndCapacities = [{ VariantName: 'challenger', DesiredWeight: 0 }];
    await client.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'shop-prod', DesiredWeightsAndCapacities }),
    );
    const during = await endpoint();
    pass(20_000);

    expect(during.ProductionVariants?.[1]).toMatchObject({ CurrentWeight: Math.fround(0.2), DesiredWeight: 0 });
    expect((await endpoint()).ProductionVariants?.[1]).toMatchObject({ CurrentWeight: 0, DesiredWeight: 0 });
  });

  it('does what it was asked although its answer is lost, and refuses what is denied', async () => {
    world.sageMaker.faults.loseAnswer('UpdateEndpoint');
    await expect(update()).rejects.toThrow();
    expect((await endpoint()).EndpointStatus).toBe('Updating');

    world.sageMaker.faults.deny('UpdateEndpoint');
    await expect(update()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('tells of what happens as EventBridge does, also of what nobody asked for', async () => {
    await update();
    pass(60_000);
    world.machine.settle();

    expect(world.told).toMatchObject([
      {
        'detail-type': 'SageMaker Endpoint Deployment State Change',
        detail: { EndpointStatus: 'UPDATING', PendingDeploymentSummary: { EndpointConfigName: 'shop-v41' } },
      },
      {
        'detail-type': 'SageMaker Endpoint State Change',
        detail: { EndpointStatus: 'IN_SERVICE', EndpointConfigName: 'shop-v41' },
      },
    ]);
  });
});

describe('a pipeline', () => {
  const start = async (ClientRequestToken = TOKEN) =>
    (await client.send(new StartPipelineExecutionCommand({ PipelineName: 'shop-retrain', ClientRequestToken })))
      .PipelineExecutionArn ?? '';
  const steps = async (PipelineExecutionArn: string) =>
    (
      await client.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: 'Ascending' }))
    ).PipelineExecutionSteps?.map(({ StepName, StepStatus }) => `${StepName} ${StepStatus}`);
  const status = async (PipelineExecutionArn: string) =>
    (await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }))).PipelineExecutionStatus;

  it('starts once for one token', async () => {
    expect(await start()).toBe(await start());
    expect(await start('b'.repeat(64))).not.toBe(await start());
    expect(world.sageMaker.journal).toHaveLength(2);
  });

  it.each([
    [{ ClientRequestToken: 'a'.repeat(31) }, 'between 32 and 128'],
    [{ PipelineExecutionDisplayName: 'INC-1.1' }, 'pipelineExecutionDisplayName'],
    [{ PipelineExecutionDisplayName: 'a'.repeat(83) }, 'between 1 and 82'],
  ])('takes no text that SageMaker would not take: %j', async (more, words) => {
    const input = { PipelineName: 'shop-retrain', ClientRequestToken: TOKEN, ...more };
    await expect(client.send(new StartPipelineExecutionCommand(input))).rejects.toThrow(words);
  });

  it('goes on step by step, and tells what a step has measured', async () => {
    const measured: unknown[] = [];
    world.sageMaker.listeners.add(
      (change) => void (change.kind === 'step' && measured.push(change.step.metric?.value)),
    );
    const arn = await start();
    pass(15_000);
    const during = await steps(arn);
    pass(60_000);

    expect(during).toEqual(['Prepare Succeeded', 'Train Executing']);
    expect(await status(arn)).toBe('Succeeded');
    expect(measured).toEqual([undefined, 0.81]);
  });

  it('fails in the step that it is told to', async () => {
    world.sageMaker.faults.failNextExecution('Train', 'ClientError: out of memory');
    const arn = await start();
    pass(60_000);

    expect([await status(arn), await steps(arn)]).toEqual(['Failed', ['Prepare Succeeded', 'Train Failed']]);
  });

  it('can be stopped', async () => {
    const arn = await start();
    pass(3_000);
    await client.send(
      new StopPipelineExecutionCommand({ PipelineExecutionArn: arn, ClientRequestToken: 'c'.repeat(64) }),
    );
    const during = await status(arn);
    pass(60_000);

    expect([during, await status(arn), await steps(arn)]).toEqual(['Stopping', 'Stopped', ['Prepare Stopped']]);
  });
});

it('approves a version of a model once for one token, and can be in the way of somebody else', async () => {
  const arn = [...world.sageMaker.packages.keys()].at(-1) ?? '';
  const reject = (ClientToken: string) =>
    client.send(new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: 'Rejected', ClientToken }));
  world.sageMaker.faults.conflict('UpdateModelPackage');
  await expect(reject('one')).rejects.toMatchObject({ name: 'ConflictException' });
  await expect(reject('a'.repeat(37))).rejects.toThrow('between 1 and 36');
  await reject('one');
  await reject('one');

  const found = await client.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  expect(found.ModelApprovalStatus).toBe('Rejected');
  expect(world.sageMaker.journal).toHaveLength(1);
});
