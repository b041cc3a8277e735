import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { action, world } from '../actions/given.ts';
import { useRedis } from '../support/redis.ts';
import { freePort } from '../support/scenario-bot.ts';
import { type Program, startProgram } from './program.ts';

const MOTO = process.env.MOTO_SERVER;
const REGION = 'eu-central-1';
const PLACE = { cluster: 'prod', service: 'checkout' };

const ACTIONS = [
  action('back', { verb: 'rollback', heals: false, ecs_rollback: PLACE }),
  action('restart', { heals: false, ecs_redeploy: PLACE }),
  action('scale', { heals: false, ecs_scale: { ...PLACE, by: 2, most: 6 } }),
];

/** A service that runs two tasks of the newest of three task definitions. */
async function makeService(client: ECSClient): Promise<void> {
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  for (const tag of ['1', '2', '3']) {
    const containerDefinitions = [{ name: 'api', image: `shop/api:${tag}`, memory: 128 }];
    await client.send(new RegisterTaskDefinitionCommand({ family: 'checkout', containerDefinitions }));
  }
  await client.send(
    new CreateServiceCommand({
      ...{ cluster: 'prod', serviceName: 'checkout', taskDefinition: 'checkout:3', desiredCount: 2 },
    }),
  );
}

describe.skipIf(!MOTO)('ECS of moto', () => {
  const redis = useRedis();
  let moto: Program;
  let client: ECSClient;

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'moto');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'moto');
    const url = `http://127.0.0.1:${await freePort()}`;
    const args = ['-H', '127.0.0.1', '-p', new URL(url).port];
    const environment = { MOTO_ECS_SERVICE_RUNNING: '2' };
    moto = await startProgram(MOTO ?? '', args, { url, readyPath: '/moto-api/', cwd: '/', environment });
    client = new ECSClient({ endpoint: url, region: REGION });
    await makeService(client);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await moto.stop();
  });

  const run = async (name: string) => {
    const aws = createAwsClients({ endpoint: moto.url });
    const acting = createAwsClients({ endpoint: moto.url, once: true });
    const here = await world({ redis: redis.client(), actions: ACTIONS, target: { aws, acting } });
    return await here.untilEnded(await here.approved(name));
  };
  const service = async () =>
    (await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['checkout'] }))).services?.[0];

  it('gets new tasks', async () => {
    const before = (await service())?.deployments?.[0]?.id;
    const ended = await run('restart');

    expect([ended.state, ended.why]).toEqual(['done', ended.why]);
    expect((await service())?.deployments?.[0]?.id).not.toBe(before);
  });

  it('runs more tasks', async () => {
    const ended = await run('scale');

    expect([ended.state, ended.why, (await service())?.desiredCount]).toEqual(['done', ended.why, 4]);
  });

  // moto changes the service and none of its deployments.
  it('goes back to the revision before', async () => {
    const ended = await run('back');

    expect([ended.plan.current, ended.plan.target]).toEqual(['checkout:3', 'checkout:2']);
    expect(ended.plan.differences).toContainEqual({ what: 'Image of api', from: 'shop/api:3', to: 'shop/api:2' });
    expect([ended.state, ended.why]).toEqual(['done', ended.why]);
    expect((await service())?.taskDefinition).toMatch(/checkout:2$/);
  });
});
