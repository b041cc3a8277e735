import { describe, expect, it } from 'vitest';
import { newDeployment } from '../../../sandbox/aws/ecs/ecs-services.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';
import { PLACE, served } from './ecs-given.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const BACK = (more: object = {}) =>
  action('back', { verb: 'rollback', heals: false, ecs_rollback: { ...PLACE, ...more } });

targetContract('ecs_rollback', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(sandbox, clock);
  return {
    ...{ action: BACK(), target },
    changes: () => changes().length,
    loseNextAnswer: () => aws.ecs.faults.loseAnswer('UpdateService'),
    disturb: () => void held.deployments.unshift(newDeployment('checkout:1', clock.now)),
    whenLost: 'done',
  };
});

describe('an ECS service', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async (more: object = {}, about: Parameters<typeof served>[2] = {}) => {
    const one = served(sandbox, clock, about);
    return { ...one, here: await world({ redis: redis.client(), actions: [BACK(more)], target: one.target, clock }) };
  };

  it('goes to the revision before, and shows images, sizes and names of variables, never their values', async () => {
    const { here } = await given();
    const { plan } = await here.run(await here.approved('back'));

    expect([plan.current, plan.target, plan.subject]).toEqual(['checkout:3', 'checkout:2', 'checkout']);
    expect(plan.differences).toEqual([
      { what: 'Task definition', from: 'checkout:3', to: 'checkout:2' },
      { what: 'CPU', from: '512', to: '256' },
      { what: 'Image of api', from: 'shop/api:3.0', to: 'shop/api:2.0' },
      { what: 'Environment of api', from: 'has BATCH', to: 'without them' },
      { what: 'Environment of api', from: 'values of MODEL', to: 'other values' },
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/s3cret|"v3"/);
  });

  it('goes back to what a deployment replaces that is still under way', async () => {
    const { here, held } = await given();
    held.deployments.unshift(newDeployment('checkout:1', clock.now));
    const { plan } = await here.run(await here.approved('back'));

    expect([plan.current, plan.target]).toEqual(['checkout:1', 'checkout:3']);
    expect(plan.checks.map(({ text }) => text)).toContain(
      'A deployment of checkout:1 is under way; this one takes its place.',
    );
  });

  it('goes to the last known good definition where one is known', async () => {
    const { here } = await given();
    const what = 'ecs:eu-central-1:service/prod/checkout';
    await here.ledger.seen(what, 'checkout:1', true);
    clock.now += 10 * 60_000;
    await here.ledger.seen(what, 'checkout:1', true);
    const { plan } = await here.run(await here.approved('back'));

    expect(plan.target).toBe('checkout:1');
  });

  it('is through when ECS has replaced all tasks, and says how far it is', async () => {
    const { here } = await given();
    const id = await here.approved('back');
    const phases = new Set<string>();
    const run = await here.untilEnded(id, (entries) => [
      ...here.engine(entries),
      here.run(id).then(({ progress }) => void phases.add(progress?.phase ?? '')),
    ]);

    expect([run.state, [...phases]]).toEqual(['done', expect.arrayContaining(['1 of 2 new tasks run'])]);
  });

  it('is through where ECS says nothing of a rollout, as behind a Classic Load Balancer, once all tasks are replaced', async () => {
    const { here, held } = await given({}, { isBehindClassic: true, hasCircuitBreaker: false });
    held.deployments.unshift(newDeployment('checkout:1', clock.now));
    const run = await here.untilEnded(await here.approved('back'));

    expect(run.plan.checks.map(({ text }) => text)).toContain(
      'A deployment of checkout:1 is under way; this one takes its place.',
    );
    expect([run.state, held.deployments.map(({ definition }) => definition)]).toEqual(['done', ['checkout:3']]);
  });

  it('has failed when ECS takes it back by itself, with its words', async () => {
    const { here, aws } = await given();
    aws.ecs.failNextDeployment('tasks failed to start.');
    const run = await here.untilEnded(await here.approved('back'));

    expect(run.state).toBe('failed');
    expect(run.why).toMatch(/^ECS has gone back to checkout:3 by itself: ECS deployment circuit breaker/);
  });

  it('ends with words when its tasks never come up and nothing stops ECS', async () => {
    const { here, aws } = await given({}, { hasCircuitBreaker: false });
    aws.ecs.failNextDeployment('tasks failed to start.');
    const run = await here.untilEnded(await here.approved('back'), here.engine, 10_000);

    expect(run.state).toBe('unknown');
    expect(run.progress?.phase).toMatch(/^0 of 2 new tasks run, \d+ failed$/);
  });

  it('is refused where CodeDeploy deploys, and where a definition was deregistered', async () => {
    const codeDeploy = await given({}, { controller: 'CODE_DEPLOY' });
    await expect(codeDeploy.here.approved('back')).rejects.toThrow('CODE_DEPLOY deploys this service');
    const gone = await given({ to: 'checkout:1' });
    const first = gone.aws.ecs.definitions.get('checkout:1');
    if (first) first.isActive = false;
    await expect(gone.here.approved('back')).rejects.toThrow('checkout:1 was deregistered');
    await expect(gone.here.approved('back', { to: 'checkout:3' })).rejects.toThrow('runs checkout:3 already');
  });
});
