import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../sandbox/aws/aws-error.ts';
import { publish } from '../../../sandbox/aws/lambda/functions.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { useSandboxAws } from './aws-given.ts';
import { targetContract } from './contract.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const INPUTS = { city: { label: 'City', default: 'nyc' } };
const RUN = (more: object = {}) =>
  action('fetch', {
    ...{ heals: false, inputs: INPUTS },
    lambda_invoke: { function: 'ingest', payload: { cities: ['{city}'], days: 2 }, ...more },
  });

function served(clock: { now: number }, about: { timeout?: number; isDurable?: boolean } = {}) {
  const { aws, clients, acting } = sandbox.at(clock);
  const held = aws.lambda.add('ingest', about);
  aws.lambda.handlers.delete('ingest');
  const seen = aws.lambda.changes.length;
  return { aws, held, target: { aws: clients, acting }, changes: () => aws.lambda.changes.slice(seen) };
}

for (const isDurable of [false, true]) {
  targetContract(`lambda_invoke of a ${isDurable ? 'durable' : 'plain'} function`, redis.client, async (clock) => {
    const { aws, held, target, changes } = served(clock, { isDurable });
    return {
      ...{ action: RUN(), inputs: { city: 'paris' }, target },
      changes: () => changes().length,
      loseNextAnswer: () => aws.lambda.faults.loseAnswer('Invoke'),
      disturb: () => void publish(held, 'a release', clock.now),
      whenLost: isDurable ? 'done' : 'unknown',
    };
  });
}

describe('a run of a function', () => {
  const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  const given = async (settings: object = {}, about: { timeout?: number; isDurable?: boolean } = {}) => {
    const one = served(clock, about);
    return {
      ...one,
      here: await world({ redis: redis.client(), actions: [RUN(settings)], target: one.target, clock }),
    };
  };

  it('gets its payload filled in, and is told whose it is', async () => {
    const { here, changes } = await given();
    const run = await here.untilEnded(await here.approved('fetch', { city: 'paris' }));

    expect([run.state, run.plan.sealed]).toMatchObject(['done', { payload: { cities: ['paris'], days: 2 } }]);
    expect(changes()).toMatchObject([
      {
        input: {
          payload: { cities: ['paris'], days: 2 },
          isEvent: false,
          context: { custom: { tocsin_run: run.id, tocsin_token: run.token } },
        },
      },
    ]);
  });

  it('has failed when the function throws, with the first line of what it says', async () => {
    const { here, aws } = await given();
    const error = {
      errorType: 'KeyError',
      errorMessage: "'city'\n  File app.py, line 3",
      stackTrace: ['long'.repeat(9_000)],
    };
    aws.lambda.handlers.set('ingest', () => ({ error }));
    const run = await here.untilEnded(await here.approved('fetch', { city: 'nyc' }));

    expect([run.state, run.why]).toEqual(['failed', "ingest has run and ended with an error: KeyError: 'city'"]);
  });

  it('is only started where it may run for longer than a minute', async () => {
    const { here, changes } = await given({}, { timeout: 900 });
    const run = await here.untilEnded(await here.approved('fetch', { city: 'nyc' }));

    expect(run.plan.checks.at(-1)?.text).toBe(
      'It may run for 900 s: it is started, and nobody waits here for its end.',
    );
    expect([run.state, changes()]).toMatchObject(['done', [{ input: { isEvent: true } }]]);
  });

  it('is certainly not running when Lambda is throttled', async () => {
    const { here, aws, changes } = await given();
    const id = await here.approved('fetch', { city: 'nyc' });
    aws.lambda.faults.refuse('Invoke', new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.'));
    const run = await here.untilEnded(id);

    expect([run.state, changes()]).toEqual(['failed', []]);
    expect(run.why).toContain('Nothing was changed: Lambda runs no more of ingest just now');
  });

  it('says when somebody may be at it already', async () => {
    const { here, aws } = await given();
    const { metrics } = aws;
    metrics.put(
      { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: { FunctionName: 'ingest' } },
      clock.now - 120_000,
      [[1, 3]],
    );
    const { plan } = await here.run(await here.approved('fetch', { city: 'nyc' }));

    expect(plan.checks[1]).toEqual({
      isWell: null,
      text: 'CloudWatch counts 3 runs of it in the last 15 minutes: somebody may be at it already.',
    });
  });

  it('of a durable function is watched until it ends, and has failed when it does', async () => {
    const { here, aws } = await given({}, { isDurable: true });
    aws.lambda.handlers.set('ingest', () => ({ error: { errorType: 'Timeout' } }));
    const run = await here.untilEnded(await here.approved('fetch', { city: 'nyc' }));

    expect([run.state, run.progress?.phase]).toEqual(['failed', 'ingest runs']);
    expect(run.why).toContain('ingest has ended with FAILED');
  });
});
