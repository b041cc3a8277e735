import { afterEach, describe, expect, it } from 'vitest';
import { forbidding } from '../../../src/domain/plan.ts';
import type { SageMakerWorld } from '../../sandbox/sagemaker-world.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { caseOf, LOCK, servedBefore, shop } from './sagemaker-given.ts';

const redis = useRedis();
const settings = { endpoint: 'shop-prod', guard: ['shop-5xx', 'shop-slow'] };
const BACK = action('back', { verb: 'rollback', heals: false, sagemaker_rollback: settings });

targetContract('sagemaker_rollback', redis.client, async (clock) => {
  const held = await shop(clock);
  return caseOf(held, BACK, 'UpdateEndpoint', {
    prepare: servedBefore,
    disturb: () => {
      Object.assign(held.sageMaker.endpoints.get('shop-prod') ?? {}, { config: 'shop-v40' });
    },
  });
});

describe('sagemaker_rollback', () => {
  const open: SageMakerWorld[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function setUp(more: object = {}, prepare = servedBefore) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const sandbox = await shop(clock);
    open.push(sandbox);
    const back = action('back', { verb: 'rollback', heals: false, sagemaker_rollback: { ...settings, ...more } });
    const held = caseOf(sandbox, back, 'UpdateEndpoint');
    const here = await world({ redis: redis.client(), actions: [back], target: held.target, clock });
    await prepare(here);
    const { planner, service } = here;
    const plan = async (inputs: Readonly<Record<string, string>> = {}) =>
      await planner.plan({
        incident: await here.load(),
        ...{ service, environment: 'prod', action: back, inputs },
      });
    return { sandbox, here, plan };
  }

  it('goes back to the last known good configuration, and never to one that was withdrawn', async () => {
    const { plan } = await setUp();
    const { current, target, differences, checks, cost } = await plan();

    expect([current, target]).toEqual(['shop-v42', 'shop-v41']);
    expect(differences).toContainEqual({ what: 'Image of champion', from: 'shop:42', to: 'shop:41' });
    expect(differences).toContainEqual({ what: 'Instance type of champion', from: 'ml.m5.xlarge', to: 'ml.m5.large' });
    expect(checks).toContainEqual({ isWell: true, text: 'shop-v41 has served 2 h without an incident.' });
    expect(cost).toBe('3 × ml.m5.large instead of 3 × ml.m5.xlarge afterwards; both fleets run while it is deployed');
  });

  it('goes where somebody says, and says what it does not know of it', async () => {
    const { plan } = await setUp({ to: 'shop-v41' });
    const { target } = await plan({ to: 'shop-v40' });
    expect(target).toBe('shop-v40');
  });

  it('shows what is named like it and chooses nothing when the ledger knows nothing', async () => {
    const { plan, sandbox } = await setUp({}, async () => {});
    const { configs } = sandbox.sageMaker;
    const old = configs.get('shop-v41');
    if (old) configs.set('shop-prod-old', { ...old, name: 'shop-prod-old' });

    await expect(plan()).rejects.toThrow(/Configurations that are named like it.*shop-prod-old\. Say which one/);
  });

  it('forbids a configuration with other variants, and one whose model is gone', async () => {
    const { plan, sandbox } = await setUp();
    const { configs, models } = sandbox.sageMaker;
    const v41 = configs.get('shop-v41');
    if (v41) configs.set('shop-v41', { ...v41, variants: v41.variants.slice(0, 1) });
    models.delete('shop-v40');

    expect(forbidding(await plan()).map(({ text }) => text)).toEqual([
      'The variants differ: challenger, champion now, champion then. Deploy it by hand. Take autoscaling off challenger first.',
    ]);
    expect(forbidding(await plan({ to: 'shop-v40' })).map(({ text }) => text)).toEqual([
      'shop-v40 needs shop-v40, shop-v40, which SageMaker does not have any more.',
    ]);
  });

  it('is not done while somebody else changes the endpoint', async () => {
    const { plan, sandbox } = await setUp();
    Object.assign(sandbox.sageMaker.endpoints.get('shop-prod') ?? {}, { status: 'Updating' });
    expect(forbidding(await plan())[0]?.text).toContain('shop-prod is Updating');
  });

  it('leaves out guards that fire already and that are not there', async () => {
    const { plan, sandbox, here } = await setUp({ guard: ['shop-5xx', 'shop-slow', 'none'], traffic: 'canary' });
    sandbox.firing.add('shop-5xx');
    const { checks } = await plan();
    const run = await here.untilEnded(await here.approved('back'));

    expect(checks.filter(({ isWell }) => isWell === null).map(({ text }) => text)).toEqual([
      'shop-5xx fires already: it does not guard, it would undo the deployment at once.',
      'There is no alarm none: it guards nothing.',
    ]);
    expect(run.state).toBe('done');
    expect(sandbox.asked('UpdateEndpoint')[0]).toMatchObject({
      DeploymentConfig: {
        BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'CANARY' } },
        AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'shop-slow' }] },
      },
    });
  });

  it('has failed when its alarm undid it, and says which', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('back');
    sandbox.sageMaker.listeners.add(({ kind }) => void (kind === 'deploying' && sandbox.firing.add('shop-slow')));
    const run = await here.untilEnded(id);

    expect(run.state).toBe('failed');
    expect(run.why).toBe(
      'The deployment of shop-v41 was undone: shop-prod is in service with shop-v42 again. Its guard fires: shop-slow.',
    );
    expect((await here.ledger.entries(LOCK)).find(({ version }) => version === 'shop-v42')?.isWithdrawn).toBe(false);
  });

  it('has failed when it was undone although its answer was lost', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('back');
    sandbox.sageMaker.faults.loseAnswer('UpdateEndpoint');
    sandbox.sageMaker.faults.failNextDeployment('The new instances did not come up');
    const run = await here.untilEnded(id);

    expect([run.state, sandbox.sageMaker.journal.length]).toEqual(['failed', 1]);
    expect(run.why).toMatch(/^Its answer was lost, .* was undone, or never began\./);
  });

  it('keeps the instances that autoscaling has added, and says which weights end', async () => {
    const { plan, sandbox, here } = await setUp();
    const live = { champion: { weight: 1, instances: 7 }, challenger: { weight: 0, instances: 1 } };
    Object.assign(sandbox.sageMaker.endpoints.get('shop-prod') ?? {}, { live });
    const { cannotUndo, differences } = await plan();
    await here.untilEnded(await here.approved('back'));

    expect(cannotUndo).toEqual(['The weights that were set by hand: champion 1, challenger 0']);
    expect(differences.some(({ what }) => what.startsWith('Instances'))).toBe(false);
    expect(sandbox.sageMaker.endpoints.get('shop-prod')).toMatchObject({
      config: 'shop-v41',
      live: { champion: { weight: 0.8, instances: 7 } },
    });
  });

  it('shows weights as they were written, whatever SageMaker makes of 0.9', async () => {
    const { plan, sandbox } = await setUp();
    const v42 = sandbox.sageMaker.configs.get('shop-v42');
    const variants = (v42?.variants ?? []).map((one) => ({ ...one, weight: one.name === 'champion' ? 0.9 : 0.1 }));
    if (v42) sandbox.sageMaker.configs.set('shop-v42', { ...v42, variants });

    expect((await plan()).differences).toContainEqual({ what: 'Weight of champion', from: '0.9', to: '0.8' });
  });

  it('says which shadow variants end with it, and that nothing is captured any more', async () => {
    const { plan, sandbox } = await setUp();
    const v42 = sandbox.sageMaker.configs.get('shop-v42');
    const shadows = [{ name: 'candidate', model: 'shop-v43' }];
    if (v42) sandbox.sageMaker.configs.set('shop-v42', { ...v42, shadows, capturesData: true });
    const { differences } = await plan();

    expect(differences).toContainEqual({ what: 'Shadow variants', from: 'candidate', to: 'none' });
    expect(differences).toContainEqual({ what: 'Data capture', from: 'on', to: 'off' });
  });

  it('promises no guard and no canary where SageMaker knows none', async () => {
    const { plan, sandbox } = await setUp({ traffic: 'canary' });
    const v41 = sandbox.sageMaker.configs.get('shop-v41');
    const variants = (v41?.variants ?? []).map((one) => ({ ...one, instanceType: 'ml.inf1.xlarge' }));
    if (v41) sandbox.sageMaker.configs.set('shop-v41', { ...v41, variants });
    const { checks } = await plan();

    expect(checks).toContainEqual({
      isWell: null,
      text: 'SageMaker deploys to Inf1 instances all at once and without a guard, whatever it is asked for.',
    });
    expect(checks.some(({ text }) => text.includes('guards the deployment'))).toBe(false);
  });

  it('waits while the endpoint is in a state that nobody knows yet', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('back');
    sandbox.sageMaker.listeners.add(({ kind }) => {
      if (kind === 'deploying')
        Object.assign(sandbox.sageMaker.endpoints.get('shop-prod') ?? {}, { status: 'Reticulating' });
    });
    const run = await here.untilEnded(id);

    expect([run.state, run.why]).toEqual(['done', run.why]);
  });

  it('names the permission that is missing, and has changed nothing', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('back');
    sandbox.sageMaker.faults.deny('UpdateEndpoint');
    const run = await here.untilEnded(id);

    expect(run.state).toBe('failed');
    expect(run.why).toContain('Nothing was changed: AWS does not allow UpdateEndpoint');
    expect(run.why).toContain('Allow sagemaker:UpdateEndpoint');
  });

  it('never proposes what it has gone back from', async () => {
    const { here, plan } = await setUp();
    await here.untilEnded(await here.approved('back'));
    here.clock.now += 3_600_000;

    expect((await plan()).target).toBe('shop-v40');
  });
});
