import {
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { useSandboxAws } from '../../actions/targets/aws-given.ts';
import { served } from '../../actions/targets/ecs-given.ts';

const sandbox = useSandboxAws();
const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
const NAMES = { cluster: 'prod', service: 'checkout' };

function given(about: Parameters<typeof served>[2] = {}) {
  const one = served(sandbox, clock, about);
  const client = new ECSClient({ endpoint: sandbox.at(clock).endpoint, region: 'ca-central-1', maxAttempts: 1 });
  const look = async () =>
    (await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['checkout'] }))).services?.[0];
  return { ...one, client, look };
}

describe('ECS, as the SDK sees it', () => {
  it('replaces tasks little by little, by the clock of the sandbox', async () => {
    const { client, look } = given();
    await client.send(new UpdateServiceCommand({ ...NAMES, taskDefinition: 'checkout:2' }));
    clock.now += 25_000;
    const half = await look();
    clock.now += 20_000;
    const after = await look();

    expect(
      half?.deployments?.map(({ status, rolloutState, runningCount }) => [status, rolloutState, runningCount]),
    ).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 1],
      ['ACTIVE', 'COMPLETED', 0],
    ]);
    expect(after?.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }]);
  });

  it('begins no deployment when nothing is to change, and one each time that it is told to', async () => {
    const { client, held } = given();
    await client.send(new UpdateServiceCommand({ ...NAMES, taskDefinition: 'checkout:3' }));
    expect(held.deployments).toHaveLength(1);
    for (let i = 0; i < 2; i++) await client.send(new UpdateServiceCommand({ ...NAMES, forceNewDeployment: true }));

    expect(held.deployments).toHaveLength(3);
  });

  it('goes back by itself when the tasks do not come up and the service has a circuit breaker', async () => {
    const { aws, client, look } = given();
    aws.ecs.failNextDeployment('tasks failed to start.');
    await client.send(new UpdateServiceCommand({ ...NAMES, taskDefinition: 'checkout:2' }));
    clock.now += 25_000;
    const [primary, failed] = (await look())?.deployments ?? [];

    expect(primary?.taskDefinition).toMatch(/:task-definition\/checkout:3$/);
    expect(primary?.rolloutStateReason).toContain('rolling back');
    expect(failed).toMatchObject({ rolloutState: 'FAILED' });
  });

  it('knows what is not there, and lists the revisions that are, newest first', async () => {
    const { client } = given();
    const missing = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['nothing'] }));
    const family = new ListTaskDefinitionsCommand({ familyPrefix: 'checkout', sort: 'DESC' });

    expect(missing.failures).toMatchObject([{ reason: 'MISSING' }]);
    expect((await client.send(family)).taskDefinitionArns?.map((arn) => arn.split('/')[1])).toEqual([
      'checkout:3',
      'checkout:2',
      'checkout:1',
    ]);
    await expect(
      client.send(new UpdateServiceCommand({ ...NAMES, cluster: 'elsewhere', desiredCount: 1 })),
    ).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  });
});
