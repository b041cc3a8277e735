import { afterEach, describe, expect, it } from 'vitest';
import { createLetters } from '../../src/paging/letters.ts';
import { createDueQueue } from '../../src/store/due-queue.ts';
import { ASKING, path, policy, step } from '../domain/escalation-given.ts';
import { MINUTE } from '../domain/given.ts';
import { ADA, BO, type Running, startSlack } from '../sandbox/slack/harness.ts';
import { useRedis } from '../support/redis.ts';
import { incidentsOn, quiet } from './given.ts';

const server = useRedis();
const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** An incident that Ada has, whose letters go to a Slack of their own. */
async function writing() {
  const there = await startSlack();
  running.push(there);
  const world = incidentsOn(server.client(), { policy: policy([path([step('page/L1.1')])], { progress: ASKING }) });
  const { redis, keys, clock, store } = world;
  const queue = createDueQueue(redis, keys, keys.dueLetters);
  const serve = createLetters({
    ...{ redis, keys, store, queue, now: clock.now, log: quiet },
    client: there.client(),
    onBlind: () => {},
    permalink: async () => null,
  });
  const { channels } = there.slack.world;
  await world.opens();
  await world.happens(1, { type: 'acknowledge', by: ADA });
  return {
    ...world,
    faults: there.slack.faults,
    /** All that is due now is served. */
    async round() {
      await Promise.all(serve(await queue.claim(clock.now(), clock.now() + 2_000, 100)));
    },
    waiting: () => redis.zcard(keys.dueLetters),
    got: (user: string) =>
      [...channels.values()]
        .filter(({ kind, members }) => kind === 'im' && members.has(user))
        .flatMap(({ roots }) => roots.map(({ text }) => text)),
    async asked() {
      clock.pass(31 * MINUTE);
      await world.happens(1, { type: 'wake' });
    },
  };
}

describe('a letter', () => {
  it('asks the owner, once', async () => {
    const { asked, round, got, waiting } = await writing();
    await asked();
    await round();
    await round();

    expect(got(ADA)).toEqual([expect.stringContaining('how is it going')]);
    expect(await waiting()).toBe(0);
  });

  it('asks nothing that was answered meanwhile', async () => {
    const { asked, happens, round, got, waiting } = await writing();
    await asked();
    await happens(1, { type: 'note', by: ADA, text: 'rolling back' });
    await round();

    expect(got(ADA)).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  it('tells somebody what was handed to them, with the words of whoever did', async () => {
    const { happens, round, got } = await writing();
    await happens(1, { type: 'assign', by: ADA, to: BO, note: 'the queue is <!here> the cause' });
    await round();

    expect(got(BO)).toEqual([expect.stringContaining('is yours now')]);
    expect(got(BO)[0]).not.toContain('<!here>');
  });

  it('does not hand over what went on to somebody else', async () => {
    const { happens, round, got } = await writing();
    await happens(1, { type: 'assign', by: ADA, to: BO });
    await happens(1, { type: 'assign', by: BO, to: ADA });
    await round();

    expect(got(BO)).toEqual([]);
    expect(got(ADA)).toHaveLength(1);
  });

  it('is tried again while Slack is away, ever later, and then given up', async () => {
    const { happens, round, got, waiting, faults, clock } = await writing();
    faults.add({ method: 'chat.postMessage', kind: 'ratelimited', retryAfter: 1, times: 6 });
    await happens(1, { type: 'assign', by: ADA, to: BO });
    for (const wait of [0, 2_000, 10_000, 60_000, 300_000]) {
      clock.pass(wait);
      await round();
      expect(await waiting()).toBe(1);
    }
    clock.pass(1_800_000);
    await round();

    expect(await waiting()).toBe(0);
    expect(got(BO)).toEqual([]);
  });

  it('arrives when Slack is back', async () => {
    const { happens, round, got, waiting, faults, clock } = await writing();
    faults.add({ method: 'chat.postMessage', kind: 'http500', times: 2 });
    await happens(1, { type: 'assign', by: ADA, to: BO });
    for (const wait of [0, 2_000, 10_000]) {
      clock.pass(wait);
      await round();
    }

    expect(got(BO)).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  it('to somebody whom Slack does not know is not tried again', async () => {
    const { happens, round, waiting, faults } = await writing();
    faults.add({ method: 'chat.postMessage', kind: 'error', error: 'user_not_found' });
    await happens(1, { type: 'assign', by: ADA, to: BO });
    await round();

    expect(await waiting()).toBe(0);
  });

  it('of an incident, or an event, that is not there is done with', async () => {
    const { redis, keys, clock, round, waiting } = await writing();
    for (const entry of ['INC-99/3', 'INC-1/999', 'INC-1']) await redis.zadd(keys.dueLetters, clock.now(), entry);
    await round();

    expect(await waiting()).toBe(0);
  });
});
