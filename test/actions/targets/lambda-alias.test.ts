import { describe, expect, it } from 'vitest';
import { pointAlias, publish } from '../../../sandbox/aws/lambda/functions.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const BACK = action('back', { verb: 'rollback', heals: false, lambda_alias: { function: 'ingest', alias: 'live' } });

/** A function with three versions, of which the alias serves the third. */
function served(clock: { now: number }) {
  const { aws, clients, acting, endpoint } = sandbox.at(clock);
  const held = aws.lambda.add('ingest');
  for (const release of ['first', 'second', 'third']) publish(held, release, clock.now - 3_600_000);
  pointAlias(held, 'live', '3');
  const seen = aws.lambda.changes.length;
  return { aws, held, endpoint, target: { aws: clients, acting }, changes: () => aws.lambda.changes.slice(seen) };
}

targetContract('lambda_alias', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(clock);
  return {
    action: BACK,
    target,
    changes: () => changes().length,
    loseNextAnswer: () => aws.lambda.faults.loseAnswer('UpdateAlias'),
    disturb: () => void pointAlias(held, 'live', '3', { 2: 0.1 }),
    whenLost: 'done',
  };
});

describe('the alias of a function', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async (more: object = {}) => {
    const one = served(clock);
    const act = { ...BACK, target: { ...BACK.target, settings: { ...BACK.target.settings, ...more } } };
    return { ...one, here: await world({ redis: redis.client(), actions: [act], target: one.target, clock }) };
  };

  it('goes to the version before, and says what differs', async () => {
    const { here } = await given();
    const { plan } = await here.run(await here.approved('back'));

    expect([plan.current, plan.target, plan.subject]).toEqual(['3', '2', 'ingest:live']);
    expect(plan.differences.map(({ what }) => what)).toEqual(['Version', 'Code', 'Size of the code', 'Description']);
    expect(plan.differences).toContainEqual({ what: 'Description', from: 'third', to: 'second' });
    expect(plan.checks.map(({ isWell }) => isWell)).toEqual([null, true]);
  });

  it('goes to the last known good version where one is known, and never to one that was withdrawn', async () => {
    const { here } = await given();
    const what = 'lambda:eu-central-1:alias/ingest:live';
    for (const version of ['1', '2', '3']) await here.ledger.seen(what, version, false);
    await here.ledger.withdrawn(what, '2');
    const { plan } = await here.run(await here.approved('back'));

    expect(plan.target).toBe('1');
  });

  it('sends all calls back when a newer version only has a share of them', async () => {
    const { here, held } = await given();
    pointAlias(held, 'live', '2', { 3: 0.25 });
    const run = await here.untilEnded(await here.approved('back'));

    expect(run.plan.differences).toEqual([{ what: 'Shares of the calls', from: '25 % to 3', to: 'all to 2' }]);
    expect([run.state, held.aliases.get('live')]).toMatchObject(['done', { version: '2', weights: {} }]);
  });

  it('goes where somebody asks it to go, and refuses what is no version', async () => {
    const { here } = await given({ to: '2' });

    expect((await here.run(await here.approved('back', { to: '1' }))).plan.target).toBe('1');
    await expect(here.approved('back', { to: 'blue' })).rejects.toThrow('“blue” is no version of a function');
    await expect(here.approved('back', { to: '9' })).rejects.toThrow('Function not found');
    await expect(here.approved('back', { to: '3' })).rejects.toThrow('at version 3 already');
  });

  it('changes nothing when somebody else was faster than its own call', async () => {
    const { here, held, changes } = await given();
    const id = await here.approved('back');
    await Promise.all(here.engine([id])); // it begins
    pointAlias(held, 'live', '3'); // the same version, by another hand
    const run = await here.untilEnded(id);

    expect([run.state, changes()]).toEqual(['expired', []]);
    expect(run.why).toContain('somebody else has changed it');
  });

  it('is compared by Lambda itself, so that a stale call is refused', async () => {
    const { here, held, target } = await given();
    const live = await here.run(await here.approved('back'));
    pointAlias(held, 'live', '3');
    const { lambdaAlias } = await import('../../../src/actions/targets/lambda-alias.ts');
    const change = lambdaAlias.change({ ...here.target, ...target }, live.plan.sealed as never, { run: live } as never);

    await expect(change).rejects.toThrow('AWS refuses UpdateAlias in eu-central-1: PreconditionFailedException');
  });

  it('says which permission is missing, and in which role it belongs', async () => {
    const { here, aws } = await given();
    const id = await here.approved('back');
    aws.lambda.faults.deny('UpdateAlias');
    const run = await here.untilEnded(id);

    expect(run.state).toBe('failed');
    expect(run.why).toMatch(/^Nothing was changed: AWS does not allow UpdateAlias in eu-central-1/);
    expect(run.why).toContain('Allow lambda:UpdateAlias');
    expect(run.why).toContain('deploy/iam/act-role.json');
  });
});
