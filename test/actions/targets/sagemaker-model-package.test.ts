import { afterEach, describe, expect, it } from 'vitest';
import type { SageMakerWorld } from '../../sandbox/sagemaker-world.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { caseOf, shop } from './sagemaker-given.ts';

const redis = useRedis();
const OPERATION = 'UpdateModelPackage';
const reject = (more: object = {}) =>
  action('reject', { heals: false, sagemaker_model_package: { group: 'shop-models', status: 'Rejected', ...more } });

targetContract('sagemaker_model_package', redis.client, async (clock) => {
  const held = await shop(clock);
  return caseOf(held, reject(), OPERATION, {
    disturb: () => void held.changes.register('shop-models', 'Approved', clock.now),
  });
});

describe('sagemaker_model_package', () => {
  const open: SageMakerWorld[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function setUp(more: object = {}) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const sandbox = await shop(clock);
    open.push(sandbox);
    const rejecting = reject(more);
    const { target } = caseOf(sandbox, rejecting, OPERATION);
    const here = await world({ redis: redis.client(), actions: [rejecting], target, clock });
    const plan = async (inputs: Readonly<Record<string, string>> = {}) =>
      await here.planner.plan({
        incident: await here.load(),
        ...{ service: here.service, environment: 'prod', action: rejecting, inputs },
      });
    return { sandbox, here, plan };
  }

  it('takes the newest version, and says which one is the newest approved afterwards', async () => {
    const { plan } = await setUp();
    expect(await plan()).toMatchObject({
      subject: 'shop-models/2',
      differences: [
        { what: 'Approval of shop-models/2', from: 'Approved', to: 'Rejected' },
        { what: 'Newest approved version', from: '2', to: '1' },
      ],
    });
  });

  it('takes the version that somebody says, and refuses one that is not there', async () => {
    const { plan } = await setUp();
    expect((await plan({ to: 'v1' })).subject).toBe('shop-models/1');
    await expect(plan({ to: '9' })).rejects.toThrow('shop-models has no version 9 among its newest: 2, 1');
    await expect((await setUp({ status: 'Approved' })).plan()).rejects.toThrow('is Approved already');
  });

  it('writes down for whom it was, and is not sent again into a conflict', async () => {
    const { sandbox, here } = await setUp();
    await here.untilEnded(await here.approved('reject'));
    expect([...sandbox.sageMaker.packages.values()].at(-1)?.approvalDescription).toBe('INC-1.1: a test');

    const other = await setUp();
    other.sandbox.sageMaker.faults.conflict(OPERATION);
    const run = await other.here.untilEnded(await other.here.approved('reject'));
    expect([run.state, other.sandbox.sageMaker.journal.length]).toEqual(['failed', 0]);
    expect(run.why).toContain('Nothing was changed: AWS refuses UpdateModelPackage');
  });

  it('decides on a version of which SageMaker says no approval', async () => {
    const { sandbox, here } = await setUp();
    Object.assign([...sandbox.sageMaker.packages.values()].at(-1) ?? {}, { approval: undefined });
    const run = await here.untilEnded(await here.approved('reject'));

    expect([run.state, run.plan.current]).toEqual(['done', 'unknown']);
  });

  it('names the permission that is missing', async () => {
    const { sandbox, here } = await setUp();
    sandbox.sageMaker.faults.deny(OPERATION);
    const run = await here.untilEnded(await here.approved('reject'));
    expect(run.why).toContain('Allow sagemaker:UpdateModelPackage');
  });
});
