import { afterEach, describe, expect, it } from 'vitest';
import { forbidding } from '../../../src/domain/plan.ts';
import type { Answer, Query } from '../../../src/domain/query.ts';
import { ANA } from '../../domain/given.ts';
import type { SageMakerWorld } from '../../sandbox/sagemaker-world.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { caseOf, shop } from './sagemaker-given.ts';

const redis = useRedis();
const OPERATION = 'StartPipelineExecution';
const settings = { pipeline: 'shop-retrain', parameters: { Reason: 'drift in {environment}' } };
const GATE: Query = {
  ...{ name: 'candidate-auc', label: 'Candidate AUC', unit: null },
  ask: { kind: 'prometheus', query: 'auc' },
  expect: { kind: 'number', direction: 'above', limit: 0.7, inclusive: false },
};
const retrain = (more: object = {}) =>
  action('retrain', { verb: 'retrain', heals: false, sagemaker_pipeline: { ...settings, ...more } });
const started = ({ sageMaker }: SageMakerWorld) =>
  sageMaker.journal.filter(({ operation }) => operation === OPERATION).length;

targetContract('sagemaker_pipeline', redis.client, async (clock) => {
  const held = await shop(clock);
  return caseOf(held, retrain(), OPERATION, {
    disturb: () => void held.changes.start('shop-retrain', 'by-hand', clock.now),
  });
});

describe('sagemaker_pipeline', () => {
  const open: SageMakerWorld[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function setUp(more: object = {}, answer?: (now: number) => Partial<Answer>) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const sandbox = await shop(clock);
    open.push(sandbox);
    const training = retrain(more);
    const { target } = caseOf(sandbox, training, OPERATION);
    const blank: Answer = { text: 'no data', value: null, at: null, rows: [], series: [] };
    const here = await world({
      ...{ redis: redis.client(), actions: [training], target, clock },
      service: { queries: { 'candidate-auc': GATE } },
      ask: (_, now) => ({ ...blank, ...answer?.(now) }),
    });
    const plan = async () =>
      await here.planner.plan({
        incident: await here.load(),
        ...{ service: here.service, environment: 'prod', action: training, inputs: {} },
      });
    return { sandbox, here, plan };
  }

  it('shows its steps while it goes on, and gives the pipeline its parameters', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('retrain');
    const phases = new Set<string>();
    for (let i = 0; i < 12; i++) {
      here.clock.now += 2_000;
      await Promise.all(here.engine([id]));
      phases.add((await here.run(id)).progress?.phase ?? '');
    }

    expect([...phases]).toEqual(expect.arrayContaining(['Step 1 of 2: Prepare', 'Step 2 of 2: Train']));
    expect(sandbox.asked(OPERATION)[0]).toMatchObject({
      PipelineExecutionDisplayName: expect.stringMatching(/^tocsin-INC-1-1-[0-9a-f]{8}$/),
      PipelineParameters: [{ Name: 'Reason', Value: 'drift in prod' }],
    });
  });

  it('says how long the last one took, and refuses beside one that it did not start', async () => {
    const { sandbox, plan } = await setUp();
    expect((await plan()).takesMs).toBe(3_600_000);
    sandbox.changes.start('shop-retrain', 'by-hand', sandbox.clock.now - 60_000);

    expect(forbidding(await plan()).map(({ text }) => text)).toEqual([
      'An execution that Tocsin did not start is Executing since 22 Nov 02:59 UTC: by-hand. Wait for it, or stop it.',
    ]);
  });

  it('does not run more often than it may', async () => {
    const { plan } = await setUp({ at_most_every: '2d' });
    expect(forbidding(await plan()).map(({ text }) => text)).toEqual([
      'It has succeeded 1 d 5 h ago, and may run once in 2 d.',
    ]);
  });

  it('is done when the new model meets its gate', async () => {
    const { here, plan } = await setUp({ gate: 'candidate-auc' }, (now) => ({ text: '0.81', value: 0.81, at: now }));
    expect((await plan()).target).toBe('a new execution, and then Candidate AUC must be above 0.7');
    expect((await here.untilEnded(await here.approved('retrain'))).state).toBe('done');
  });

  it.each([
    ['does not meet it', (now: number) => ({ text: '0.61', value: 0.61, at: now }), 'but Candidate AUC is 0.61'],
    ['cannot be told', () => ({}), 'nobody can tell Candidate AUC (no data)'],
    ['was measured before', () => ({ text: '0.9', value: 0.9, at: 1 }), '(0.9, which is older)'],
  ])('has failed when the new model %s', async (_, answer, words) => {
    const { here } = await setUp({ gate: 'candidate-auc' }, answer);
    const run = await here.untilEnded(await here.approved('retrain'));

    expect(run.state).toBe('failed');
    expect(run.why).toContain(words);
    expect(run.why).toContain('the new model must not serve');
  });

  it('refuses a gate that the service file does not know', async () => {
    const { plan } = await setUp({ gate: 'other' });
    await expect(plan()).rejects.toThrow('shop has no query other, which is the gate of the new model');
  });

  it('says which step has failed', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('retrain');
    sandbox.sageMaker.faults.failNextExecution('Train', 'ClientError: out of memory');
    const run = await here.untilEnded(id);

    expect([run.state, run.why]).toEqual(['failed', 'The execution failed. Train: ClientError: out of memory']);
  });

  it('can be stopped, once', async () => {
    const { sandbox, here } = await setUp();
    const id = await here.approved('retrain');
    for (let i = 0; i < 4; i++) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    }
    await here.dispatch(here.incident, { type: 'cancel_run', by: ANA, run: id });
    const run = await here.untilEnded(id);

    expect(run.state).toBe('cancelled');
    expect(sandbox.sageMaker.journal.map(({ operation }) => operation)).toEqual([OPERATION, 'StopPipelineExecution']);
  });

  it('still sees how it ends when nobody may look at its steps, and names the permission to start', async () => {
    const { sandbox, here } = await setUp();
    sandbox.sageMaker.faults.deny('ListPipelineExecutionSteps');
    expect((await here.untilEnded(await here.approved('retrain'))).state).toBe('done');

    const other = await setUp();
    other.sandbox.sageMaker.faults.deny(OPERATION);
    const run = await other.here.untilEnded(await other.here.approved('retrain'));
    expect([run.state, started(other.sandbox)]).toEqual(['failed', 0]);
    expect(run.why).toContain('Allow sagemaker:StartPipelineExecution');
  });
});
