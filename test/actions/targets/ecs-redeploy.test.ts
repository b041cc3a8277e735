import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../sandbox/aws/aws-error.ts';
import { newDeployment } from '../../../sandbox/aws/ecs/ecs-services.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';
import { PLACE, served } from './ecs-given.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const RESTART = action('restart', { heals: false, ecs_redeploy: PLACE });

targetContract('ecs_redeploy', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(sandbox, clock);
  return {
    ...{ action: RESTART, target },
    changes: () => changes().length,
    loseNextAnswer: () => aws.ecs.faults.loseAnswer('UpdateService'),
    disturb: () => void held.deployments.unshift(newDeployment('checkout:3', clock.now)),
    whenLost: 'done',
  };
});

describe('a restart of an ECS service', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async () => {
    const one = served(sandbox, clock);
    return { ...one, here: await world({ redis: redis.client(), actions: [RESTART], target: one.target, clock }) };
  };

  it('replaces all tasks by new ones of the same definition', async () => {
    const { here, held } = await given();
    const before = held.deployments[0]?.id;
    const run = await here.untilEnded(await here.approved('restart'));

    expect([run.state, held.deployments.length, held.deployments[0]?.definition]).toEqual(['done', 1, 'checkout:3']);
    expect(held.deployments[0]?.id).not.toBe(before);
  });

  it('is not taken for one that somebody else began after it', async () => {
    const { here, held } = await given();
    const id = await here.approved('restart');
    const run = await here.untilEnded(id, (entries) => [
      ...here.engine(entries),
      here.run(id).then(({ reference }) => {
        if (reference !== null && held.deployments[0]?.id === reference)
          held.deployments.unshift(newDeployment('checkout:3', clock.now));
      }),
    ]);

    expect([run.state, run.why]).toEqual(['unknown', expect.stringContaining('somebody else has deployed')]);
  });

  it('has failed when the new tasks do not come up', async () => {
    const { here, aws } = await given();
    aws.ecs.failNextDeployment('tasks failed to start.');
    const run = await here.untilEnded(await here.approved('restart'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('tasks failed to start.')]);
  });

  it('has failed when ECS took it back by itself although its answer was lost', async () => {
    const { here, aws } = await given();
    aws.ecs.failNextDeployment('tasks failed to start.');
    aws.ecs.faults.loseAnswer('UpdateService');
    const run = await here.untilEnded(await here.approved('restart'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('tasks failed to start.')]);
  });

  it('has changed nothing when too much is asked of ECS', async () => {
    const { here, aws, changes } = await given();
    aws.ecs.faults.refuse('UpdateService', new AwsError('ThrottlingException', 400, 'Rate exceeded'));
    const run = await here.untilEnded(await here.approved('restart'));

    expect([run.state, changes().length]).toEqual(['failed', 0]);
    expect(run.why).toBe(
      'Nothing was changed: ECS takes no more calls just now: it is throttled. Try again in some minutes.',
    );
  });

  it('has nothing to replace where no tasks are wanted', async () => {
    const { here, held } = await given();
    held.desired = 0;

    await expect(here.approved('restart')).rejects.toThrow('wants no tasks at all');
  });
});
