import { describe, expect, it } from 'vitest';
import { createDueQueue } from '../../src/store/due-queue.ts';
import { createKeys } from '../../src/store/keys.ts';
import { T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
const LEASE = T0 + 2_000;

async function queueWith(entries: Readonly<Record<string, number>>) {
  const redis = server.client();
  const keys = createKeys();
  const queue = createDueQueue(redis, keys, keys.duePages);
  for (const [entry, at] of Object.entries(entries)) await redis.zadd(keys.duePages, at, entry);
  return {
    queue,
    redis,
    keys,
    times: async () => {
      const flat = await redis.zrange(keys.duePages, '0', '-1', 'WITHSCORES');
      return Object.fromEntries(flat.flatMap((entry, i) => (i % 2 === 0 ? [[entry, Number(flat[i + 1])]] : [])));
    },
  };
}

describe('a queue of what is due', () => {
  it('gives what is due, the longest waiting first, and no more than asked for', async () => {
    const { queue } = await queueWith({ late: T0 - 5_000, later: T0 - 6_000, now: T0, soon: T0 + 1 });

    expect(await queue.claim(T0, LEASE, 2)).toEqual(['later', 'late']);
    expect(await queue.claim(T0, LEASE, 10)).toEqual(['now']);
    expect(await queue.claim(T0, LEASE, 10)).toEqual([]);
  });

  it('gives each entry to one of those who ask at once', async () => {
    const { queue } = await queueWith(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`page ${i}`, T0])));
    const answers = await Promise.all(Array.from({ length: 8 }, () => queue.claim(T0, LEASE, 40)));

    expect(answers.flat()).toHaveLength(200);
    expect(new Set(answers.flat()).size).toBe(200);
  });

  it('gives an entry to the next one when the lease ends, and not before', async () => {
    const { queue } = await queueWith({ a: T0 });
    await queue.claim(T0, LEASE, 1);

    expect(await queue.claim(LEASE - 1, LEASE + 2_000, 1)).toEqual([]);
    expect(await queue.claim(LEASE, LEASE + 2_000, 1)).toEqual(['a']);
  });

  it('keeps done what was done while it was renewed, or put off', async () => {
    const { queue, times } = await queueWith({ a: T0, b: T0 });
    await queue.done('a');
    await queue.renew(['a', 'b'], LEASE);
    await queue.again('a', T0 + 60_000);

    expect(await times()).toEqual({ b: LEASE });
  });

  it('renews nothing without a question to Redis', async () => {
    const { queue, times } = await queueWith({ a: T0 });
    await queue.renew([], LEASE);

    expect(await times()).toEqual({ a: T0 });
  });

  it('is done with an incident as it was looked at', async () => {
    const { queue, redis, keys, times } = await queueWith({ 'INC-1': LEASE });
    await redis.hset(keys.incident('INC-1'), 'v', 12);
    await queue.doneAt('INC-1', { id: 'INC-1', version: 12 }, T0);

    expect(await times()).toEqual({});
  });

  it('has an incident due again that has changed since it was looked at', async () => {
    const { queue, redis, keys, times } = await queueWith({ 'INC-1': LEASE });
    await redis.hset(keys.incident('INC-1'), 'v', 13);
    await queue.doneAt('INC-1', { id: 'INC-1', version: 12 }, T0);

    expect(await times()).toEqual({ 'INC-1': T0 });
  });

  it('does not bring back an incident that somebody else was done with', async () => {
    const { queue, redis, keys, times } = await queueWith({});
    await redis.hset(keys.incident('INC-1'), 'v', 13);
    await queue.doneAt('INC-1', { id: 'INC-1', version: 12 }, T0);

    expect(await times()).toEqual({});
  });

  it('says how many are due, and since when', async () => {
    const { queue } = await queueWith({ a: T0 - 300, b: T0, c: T0 + 1 });

    expect(await queue.backlog(T0)).toEqual({ count: 2, since: T0 - 300 });
    expect(await queue.backlog(T0 - 1_000)).toEqual({ count: 0, since: null });
  });
});
