import { afterEach, describe, expect, it } from 'vitest';
import { forbidding } from '../../../src/domain/plan.ts';
import type { SageMakerWorld } from '../../sandbox/sagemaker-world.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { caseOf, shop } from './sagemaker-given.ts';

const redis = useRedis();
const shift = (weights: Readonly<Record<string, number>>) =>
  action('shift', { heals: false, sagemaker_traffic: { endpoint: 'shop-prod', weights } });
const OPERATION = 'UpdateEndpointWeightsAndCapacities';

targetContract('sagemaker_traffic', redis.client, async (clock) => {
  const held = await shop(clock);
  return caseOf(held, shift({ champion: 1, challenger: 0 }), OPERATION, {
    disturb: () => {
      const live = { champion: { weight: 0.5, instances: 2 }, challenger: { weight: 0.5, instances: 1 } };
      Object.assign(held.sageMaker.endpoints.get('shop-prod') ?? {}, { live });
    },
  });
});

describe('sagemaker_traffic', () => {
  const open: SageMakerWorld[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function setUp(weights: Readonly<Record<string, number>>) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const sandbox = await shop(clock);
    open.push(sandbox);
    const shifting = shift(weights);
    const { target } = caseOf(sandbox, shifting, OPERATION);
    const here = await world({ redis: redis.client(), actions: [shifting], target, clock });
    const plan = async () =>
      await here.planner.plan({
        incident: await here.load(),
        ...{ service: here.service, environment: 'prod', action: shifting, inputs: {} },
      });
    return { sandbox, here, plan };
  }

  it('says how the traffic is shared before and after, of every variant', async () => {
    const { plan } = await setUp({ challenger: 0 });

    expect(await plan()).toMatchObject({
      current: 'champion 80 %, challenger 20 %',
      target: 'champion 100 %, challenger 0 %',
      differences: [
        { what: 'Traffic of champion', from: '80 %', to: '100 %' },
        { what: 'Traffic of challenger', from: '20 %', to: '0 %' },
      ],
    });
  });

  it.each([
    ['a variant that is not there', { winner: 1 }, 'shop-prod has no variant winner, only champion, challenger'],
    ['no traffic for anybody', { champion: 0, challenger: 0 }, 'All weights would be 0'],
  ])('forbids %s', async (_, weights, words) => {
    const { plan } = await setUp(weights);
    expect(forbidding(await plan()).map(({ text }) => text)).toEqual([expect.stringContaining(words)]);
  });

  it('says no where nothing would change, and waits for nobody while the endpoint is updated', async () => {
    await expect((await setUp({ champion: 4, challenger: 1 })).plan()).rejects.toThrow('shared so already');
    const { plan, sandbox } = await setUp({ challenger: 0 });
    Object.assign(sandbox.sageMaker.endpoints.get('shop-prod') ?? {}, { status: 'Updating' });
    expect(forbidding(await plan())[0]?.text).toContain('shop-prod is Updating');
  });

  it('names the permission that is missing', async () => {
    const { sandbox, here } = await setUp({ challenger: 0 });
    sandbox.sageMaker.faults.deny(OPERATION);
    const denied = await here.untilEnded(await here.approved('shift'));

    expect([denied.state, sandbox.sageMaker.journal.length]).toEqual(['failed', 0]);
    expect(denied.why).toContain(`Allow sagemaker:${OPERATION}`);
  });
});
