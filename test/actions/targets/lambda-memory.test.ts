import { describe, expect, it } from 'vitest';
import { pointAlias, publish } from '../../../sandbox/aws/lambda/functions.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const MORE = action('more', { heals: false, lambda_memory: { function: 'ingest', times: 1.5, most: 1_024 } });

function served(clock: { now: number }, memory = 512) {
  const { aws, clients, acting } = sandbox.at(clock);
  const held = aws.lambda.add('ingest', { memory });
  const seen = aws.lambda.changes.length;
  return { aws, held, target: { aws: clients, acting }, changes: () => aws.lambda.changes.slice(seen) };
}

targetContract('lambda_memory', redis.client, async (clock) => {
  const { aws, held, target, changes } = served(clock);
  return {
    action: MORE,
    target,
    changes: () => changes().length,
    loseNextAnswer: () => aws.lambda.faults.loseAnswer('UpdateFunctionConfiguration'),
    disturb: () => void publish(held, 'a release', clock.now),
    whenLost: 'done',
  };
});

describe('the memory of a function', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async (memory?: number) => {
    const one = served(clock, memory);
    return { ...one, here: await world({ redis: redis.client(), actions: [MORE], target: one.target, clock }) };
  };

  it.each([
    [512, '768 MB', 'each millisecond costs 1.5 times as much'],
    [800, '1024 MB', 'each millisecond costs 1.3 times as much'],
  ])('grows from %i MB to %s', async (memory, target, cost) => {
    const { here } = await given(memory);
    const { plan } = await here.run(await here.approved('more'));

    expect([plan.target, plan.cost]).toEqual([target, cost]);
  });

  it('is left alone where it has all that the service file allows', async () => {
    const { here } = await given(1_024);

    await expect(here.approved('more')).rejects.toThrow(
      'ingest has 1024 MB already, and the service file allows 1024 MB',
    );
    await expect(here.approved('more', { to: '4096' })).rejects.toThrow('write megabytes from 128 to 1024');
  });

  it('says so, too, where the alias is not among the first fifty', async () => {
    const { here, held } = await given();
    publish(held, 'a release', clock.now);
    for (let n = 0; n < 50; n++) pointAlias(held, `test-${n}`, '$LATEST');
    pointAlias(held, 'live', '1');
    const { plan } = await here.run(await here.approved('more'));

    expect(plan.checks.at(-1)?.text).toBe(
      'Whoever calls live (version 1) gains nothing: a published version keeps its memory.',
    );
  });

  it('waits until Lambda is through with it', async () => {
    const { here, held } = await given();
    const id = await here.approved('more');
    const phases = new Set<string>();
    const watched: typeof here.engine = (entries) => [
      ...here.engine(entries),
      here.run(id).then(({ progress }) => void phases.add(progress?.phase ?? 'none')),
    ];
    const run = await here.untilEnded(id, watched);

    expect([run.state, held.latest.memory]).toEqual(['done', 768]);
    expect([...phases]).toContain('Changing to 768 MB');
  });

  it('has failed when Lambda says so, with its words', async () => {
    const { here, aws } = await given();
    aws.lambda.failNextUpdate('The image could not be fetched');
    const run = await here.untilEnded(await here.approved('more'));

    expect([run.state, run.why]).toEqual(['failed', 'Lambda could not change it: The image could not be fetched']);
  });

  it('says who gains nothing by it', async () => {
    const { here, held } = await given();
    pointAlias(held, 'live', publish(held, 'first', clock.now));
    const { plan } = await here.run(await here.approved('more'));

    expect(plan.checks.at(-1)).toEqual({
      isWell: null,
      text: 'Whoever calls live (version 1) gains nothing: a published version keeps its memory.',
    });
  });

  it('is not planned while another change is under way', async () => {
    const { here, held } = await given();
    held.update = { until: clock.now + 60_000, failure: null };

    await expect(here.approved('more')).rejects.toThrow('Another change of the function is under way');
  });
});
