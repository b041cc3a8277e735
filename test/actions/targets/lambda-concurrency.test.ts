import { describe, expect, it, onTestFinished } from 'vitest';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const ROOM = action('room', { heals: false, lambda_concurrency: { function: 'ingest', to: 200 } });

function served(clock: { now: number }) {
  const { aws, clients, acting } = sandbox.at(clock);
  const held = aws.lambda.add('ingest');
  const seen = aws.lambda.changes.length;
  return { aws, held, target: { aws: clients, acting }, changes: () => aws.lambda.changes.slice(seen) };
}

targetContract('lambda_concurrency', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(clock);
  return {
    action: ROOM,
    target,
    changes: () => changes().length,
    loseNextAnswer: () => aws.lambda.faults.loseAnswer('PutFunctionConcurrency'),
    disturb: () => {
      held.reserved = 50;
    },
    whenLost: 'done',
  };
});

describe('the reserved concurrency of a function', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async () => {
    const one = served(clock);
    return { ...one, here: await world({ redis: redis.client(), actions: [ROOM], target: one.target, clock }) };
  };

  it('says what is left for all others', async () => {
    const { here } = await given();
    const { plan } = await here.run(await here.approved('room'));

    expect([plan.current, plan.target]).toEqual(['none reserved', '200 reserved']);
    expect(plan.checks).toEqual([{ isWell: true, text: '800 are left for all functions that reserve none.' }]);
  });

  it('is refused where too little would be left, with the most that can be had', async () => {
    const { here } = await given();

    await expect(here.approved('room', { to: '950' })).rejects.toThrow('At most 900 can be reserved.');
  });

  it('can stop the function, and says that it does', async () => {
    const { here, held } = await given();
    const run = await here.untilEnded(await here.approved('room', { to: '0' }));

    expect([run.state, held.reserved]).toEqual(['done', 0]);
    expect(run.plan.checks.at(-1)?.text).toContain('This stops the function');
  });

  it('can stop the function of an account that has less than AWS asks for: that takes nothing from the others', async () => {
    const { here, held, aws } = await given();
    aws.lambda.accountLimit = 10;
    onTestFinished(() => void Object.assign(aws.lambda, { accountLimit: 1_000 }));
    await expect(here.approved('room')).rejects.toThrow('At most 0 can be reserved.');
    const run = await here.untilEnded(await here.approved('room', { to: '0' }));

    expect([run.state, held.reserved]).toEqual(['done', 0]);
    expect(run.plan.checks[0]).toEqual({ isWell: true, text: '10 are left for all functions that reserve none.' });
  });

  it('is planned without the account where that may not be looked at', async () => {
    const { here, aws } = await given();
    aws.lambda.faults.deny('GetAccountSettings');
    const { plan } = await here.run(await here.approved('room'));

    expect(plan.checks[0]?.isWell).toBeNull();
    expect(plan.checks[0]?.text).toContain('Allow lambda:GetAccountSettings');
  });

  it('has nothing to do where it is so already', async () => {
    const { here, held } = await given();
    held.reserved = 200;

    await expect(here.approved('room')).rejects.toThrow('ingest has 200 reserved already');
  });
});
