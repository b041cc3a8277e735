import { describe, expect, it } from 'vitest';
import { lockOf } from '../../../src/actions/targets/ecs-calls.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';
import { PLACE, served } from './ecs-given.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const SCALE = (by: number) => action('scale', { heals: false, ecs_scale: { ...PLACE, by, most: 5 } });

targetContract('ecs_scale', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(sandbox, clock);
  return {
    ...{ action: SCALE(2), target },
    changes: () => changes().length,
    loseNextAnswer: () => aws.ecs.faults.loseAnswer('UpdateService'),
    disturb: () => {
      held.desired = 3;
    },
    whenLost: 'done',
  };
});

it('is the same thing by its name and by its ARN: one run at a time changes it', () => {
  const arn = (what: string) => `arn:aws:ecs:eu-central-1:123456789012:${what}`;
  const named = { region: 'eu-central-1', cluster: 'prod', service: 'checkout' };

  expect(lockOf({ ...named, cluster: arn('cluster/prod'), service: arn('service/prod/checkout') })).toBe(lockOf(named));
});

describe('the number of tasks of an ECS service', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async (by = 2) => {
    const one = served(sandbox, clock);
    return { ...one, here: await world({ redis: redis.client(), actions: [SCALE(by)], target: one.target, clock }) };
  };

  it.each([
    [2, 4],
    [100, 5],
    [-1, 1],
  ])('changes by %i to %i', async (by, to) => {
    const { here, held } = await given(by);
    const run = await here.untilEnded(await here.approved('scale'));

    expect([run.state, held.desired]).toEqual(['done', to]);
  });

  it('is left alone at the most, and at the last task', async () => {
    const most = await given(2);
    most.held.desired = 5;
    await expect(most.here.approved('scale')).rejects.toThrow(
      'checkout wants 5 tasks already; the service file allows 1 to 5',
    );
    const last = await given(-2);
    last.held.desired = 1;
    await expect(last.here.approved('scale')).rejects.toThrow('checkout wants 1 task already');
    await expect(last.here.approved('scale', { to: '9' })).rejects.toThrow('write 1 to 5');
  });

  it("is nobody's to set where a daemon runs once on each instance", async () => {
    const one = served(sandbox, clock, { isDaemon: true });
    const here = await world({ redis: redis.client(), actions: [SCALE(2)], target: one.target, clock });

    await expect(here.approved('scale')).rejects.toThrow('checkout runs one task on each instance');
  });

  it('says in the words of ECS why no more tasks start, and ends', async () => {
    const { here, held } = await given();
    held.hasRoom = false;
    const run = await here.untilEnded(await here.approved('scale'), here.engine, 10_000);

    expect(run.state).toBe('unknown');
    expect(run.progress?.phase).toContain('2 of 4 tasks run: (service checkout) was unable to place a task');
  });
});
