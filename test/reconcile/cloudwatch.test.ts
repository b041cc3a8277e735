import type { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { alert, MINUTE, rule, service } from '../domain/given.ts';
import { type RunningAws, startAws } from '../sandbox/aws/running-aws.ts';
import { useRedis } from '../support/redis.ts';
import { gateBefore, tocsinIn } from './given.ts';

const TOPIC = 'arn:aws:sns:ca-central-1:123456789012:sm-alerts';
const KEY = 'cw:1:123456789012/ca-central-1/sm-prod-5XX';
const SERIES = 'cw:1:123456789012/ca-central-1/mlops-bikeshare-lambda-errors';

const server = useRedis();
let redis: Redis;
let blocking: Redis;
let aws: RunningAws;
let gate: Awaited<ReturnType<typeof gateBefore>>;
beforeAll(() => {
  redis = server.client();
  blocking = server.client();
});
beforeEach(async () => {
  aws = await startAws();
  gate = await gateBefore(aws.endpoint);
});
afterEach(async () => {
  await gate.close();
  await aws.close();
});

const services = () => [service('bikeshare', { rules: [rule('sm-*'), rule('mlops-*')], fallback: false })];
const aTocsin = (more: { topics?: string[]; queueRegion?: string } = { topics: [TOPIC] }) =>
  tocsinIn({ redis, blocking, services, endpoint: gate.url, ...more });

const find = (name: string) => {
  const alarm = aws.aws.board.find(name);
  if (!alarm) throw new Error(`the sandbox has no ${name}`);
  return alarm;
};
const become = (name: string, state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA') => aws.aws.board.evaluate(find(name), state);
/** What the webhook would have stored, at the time of the sandbox's alarm. */
const heard = (name: string, state: Alert['state'], more: Partial<Alert> = {}): Alert =>
  alert(name, state, find(name).updatedAt, { key: KEY, account: '123456789012', region: 'ca-central-1', ...more });

describe('an alarm of an open incident', () => {
  it('that recovered without a word, as a muted one does, is found well', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    await tocsin.compare();
    expect(tocsin.counted).toEqual([]);

    become('sm-prod-5XX', 'OK');
    await tocsin.compare();

    expect(tocsin.counted).toEqual(['cloudwatch recovered']);
    expect(await tocsin.stateOf(KEY)).toBe('recovered');
    expect((await tocsin.all())[0]?.members.firing).toBe(0);
  });

  it('that nobody can tell of any more is not well', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    become('sm-prod-5XX', 'INSUFFICIENT_DATA');
    await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('unknown');
  });

  it('whose recovery has come by itself, too, has recovered once', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    become('sm-prod-5XX', 'OK');
    await tocsin.compare();
    const [before] = await tocsin.all();
    await tocsin.hear(heard('sm-prod-5XX', 'recovered'));
    await tocsin.compare();

    expect(await tocsin.all()).toEqual([before]);
  });

  it('is told with the measurement that CloudWatch knows', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    tocsin.clock.pass(2 * MINUTE);
    await tocsin.lookBack();

    const [incident] = await tocsin.all();
    expect(incident?.members.shown[0]?.measurement).toMatchObject({
      metric: 'Invocation5XXErrors',
      comparison: expect.stringMatching(/above/),
      threshold: expect.any(Number),
    });
  });

  it('that was deleted counts as recovered, the second time that it is missing', async () => {
    const tocsin = aTocsin();
    const key = 'cw:1:123456789012/ca-central-1/sm-of-yesterday';
    await tocsin.hear(alert('sm-of-yesterday', 'firing', Date.now() - MINUTE, { key }));
    await tocsin.compare();
    expect(await tocsin.stateOf(key)).toBe('firing');

    await tocsin.compare();

    expect(tocsin.counted).toEqual(['cloudwatch gone']);
    expect((await tocsin.all())[0]?.members.shown[0]).toMatchObject({
      state: 'recovered',
      reason: 'The alarm was deleted in CloudWatch.',
    });
  });

  it('of an account that cannot be asked stays as it is', async () => {
    const tocsin = aTocsin();
    const key = 'cw:1:999999999999/ca-central-1/sm-elsewhere';
    await tocsin.hear(alert('sm-elsewhere', 'firing', Date.now() - MINUTE, { key }));
    for (let round = 0; round < 3; round++) await tocsin.compare();

    expect(await tocsin.stateOf(key)).toBe('firing');
  });
});

describe('a series of an alarm over many', () => {
  const [first, third] = [`${SERIES}#4f1c9a27d06be853`, `${SERIES}#09d7c3e85a41f62b`];
  const one = (key: string) => alert('mlops-bikeshare-lambda-errors', 'firing', Date.now() - MINUTE, { key });

  it('that contributes no more has recovered, the others have not', async () => {
    const tocsin = aTocsin();
    await tocsin.hear(one(first), one(third)); // the sandbox's alarm fires for the first two of three
    become('mlops-bikeshare-lambda-errors', 'ALARM');
    await tocsin.compare();

    expect([await tocsin.stateOf(first), await tocsin.stateOf(third)]).toEqual(['firing', 'recovered']);
  });

  it('has recovered when the alarm has', async () => {
    const tocsin = aTocsin();
    await tocsin.hear(one(first));
    become('mlops-bikeshare-lambda-errors', 'ALARM');
    become('mlops-bikeshare-lambda-errors', 'OK');
    await tocsin.compare();

    expect(await tocsin.stateOf(first)).toBe('recovered');
  });

  it('of which nothing may be asked stays as it is', async () => {
    const tocsin = aTocsin();
    gate.state.refuse = (call) =>
      call === 'DescribeAlarmContributors' ? { status: 400, type: 'AccessDeniedException' } : null;
    await tocsin.hear(one(third));
    become('mlops-bikeshare-lambda-errors', 'ALARM');
    await tocsin.compare();

    expect(await tocsin.stateOf(third)).toBe('firing');
    expect(tocsin.reconcile.trouble().join()).toContain('Allow cloudwatch:DescribeAlarmContributors');
  });
});

describe('a message that was lost', () => {
  it('is found in the history, once', async () => {
    const tocsin = aTocsin();
    await tocsin.lookBack();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.lookBack();
    await tocsin.lookBack();

    expect(tocsin.counted).toEqual(['cloudwatch fired']);
    expect(await tocsin.all()).toHaveLength(1);
  });

  it('is no news when it was heard', async () => {
    const tocsin = aTocsin();
    await tocsin.lookBack();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    tocsin.clock.pass(2 * MINUTE);
    await tocsin.lookBack();

    expect(tocsin.counted).toEqual([]);
  });

  it('that the history has cut short is asked for by name', async () => {
    const tocsin = aTocsin();
    await tocsin.lookBack();
    const { definition } = find('sm-prod-5XX');
    aws.aws.board.add({ ...definition, name: 'sm-wordy', description: 'so many words '.repeat(400) });
    become('sm-wordy', 'ALARM');
    await tocsin.lookBack();

    expect(await tocsin.stateOf('cw:1:123456789012/ca-central-1/sm-wordy')).toBe('firing');
  });

  it('to a topic that is not ours is none of ours', async () => {
    const tocsin = aTocsin({ topics: ['arn:aws:sns:ca-central-1:123456789012:others'] });
    await tocsin.lookBack();
    become('sm-prod-5XX', 'ALARM');
    tocsin.clock.pass(2 * MINUTE);
    await tocsin.lookBack();

    expect(await tocsin.all()).toEqual([]);
  });

  it('of an alarm that fires since before the start is found, when it has had its time to arrive', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    gate.state.refuse = (call) => (call === 'DescribeAlarmHistory' ? { status: 400, type: 'InvalidAction' } : null);
    await tocsin.lookBack();
    expect(await tocsin.all()).toEqual([]);

    tocsin.clock.pass(2 * MINUTE);
    await tocsin.lookBack();

    expect(await tocsin.stateOf(KEY)).toBe('firing');
  });

  it('is looked for without any topic, where messages come through a queue, when a service claims the alarm', async () => {
    const tocsin = aTocsin({ queueRegion: 'ca-central-1' });
    become('sm-prod-5XX', 'ALARM');
    become('recommendation-api-high-error-rate', 'ALARM');
    tocsin.clock.pass(2 * MINUTE);
    await tocsin.lookBack();

    expect(tocsin.counted).toEqual(['cloudwatch fired']);
    expect(gate.calls).not.toContain('DescribeAlarmHistory');
  });
});

describe('what cannot be asked', () => {
  it('costs its own part, is said once with the permission, and not asked again for an hour', async () => {
    const tocsin = aTocsin();
    gate.state.refuse = (call) =>
      call === 'DescribeAlarmHistory' ? { status: 400, type: 'AccessDeniedException' } : null;
    become('sm-prod-5XX', 'ALARM');
    tocsin.clock.pass(2 * MINUTE);
    for (let round = 0; round < 3; round++) await tocsin.lookBack();

    const asked = () => gate.calls.filter((call) => call === 'DescribeAlarmHistory').length;
    expect(tocsin.logged.filter((line) => line.includes('Allow cloudwatch:DescribeAlarmHistory'))).toHaveLength(1);
    expect(asked()).toBe(1);
    expect(await tocsin.stateOf(KEY)).toBe('firing');

    tocsin.clock.pass(61 * MINUTE);
    await tocsin.lookBack();

    expect(asked()).toBe(2);
  });

  it('is never well', async () => {
    const tocsin = aTocsin();
    become('sm-prod-5XX', 'ALARM');
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    become('sm-prod-5XX', 'OK');
    gate.state.refuse = () => ({ status: 500, type: 'InternalFailure' });
    for (let round = 0; round < 3; round++) await tocsin.compare();
    expect(await tocsin.stateOf(KEY)).toBe('firing');
    expect(tocsin.reconcile.trouble()).toHaveLength(1);

    gate.state.refuse = () => null;
    await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('recovered');
    expect(tocsin.reconcile.trouble()).toEqual([]);
  });

  it('is not asked where nothing speaks to Tocsin', async () => {
    const tocsin = aTocsin({});
    await tocsin.hear(heard('sm-prod-5XX', 'firing'));
    await tocsin.reconcile.run();

    expect(gate.calls).toEqual([]);
  });
});

describe('the rounds', () => {
  it('are one process’s at a time, but each looks back when it starts', async () => {
    const [one, other] = [aTocsin(), aTocsin()];
    become('sm-prod-5XX', 'ALARM');
    await one.hear(heard('sm-prod-5XX', 'firing'));
    gate.calls.length = 0;
    for (let round = 0; round < 3; round++) await Promise.all([one.reconcile.run(), other.reconcile.run()]);

    expect(gate.calls.filter((call) => call === 'DescribeAlarms')).toHaveLength(3); // two look back, one compares
    expect([...one.finished, ...other.finished]).toHaveLength(1);
  });
});
