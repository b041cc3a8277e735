import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from '../../src/app/errors.ts';
import { startRedisServer } from '../../src/local/redis-server.ts';
import { connect } from '../../src/store/connection.ts';
import { translated } from '../../src/store/errors.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createKeys } from '../../src/store/keys.ts';
import { alert, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
const keys = createKeys();
const log = { warn() {} };
let redis: Redis;
let blocking: Redis;
beforeAll(async () => {
  redis = await connect(server.url, log);
  blocking = await connect(server.url, log, 'blocking');
});
afterAll(() => {
  redis.disconnect();
  blocking.disconnect();
});

const inboxOf = (consumer: string) => translated(createInbox(redis, keys, consumer));
let inbox: ReturnType<typeof inboxOf>;
beforeEach(async () => {
  inbox = inboxOf('one');
  await inbox.open();
});

const one = alert('bikes-latency', 'firing', T0);
const idle = (ids: readonly string[]) =>
  redis.xclaim(keys.inbox, 'tocsin', 'one', 0, ids[0] ?? '', ...ids.slice(1), 'IDLE', 6_000, 'JUSTID');

describe('the inbox', () => {
  it('gives what was accepted, once, until it is done', async () => {
    await inbox.accept('m1', [one]);
    await inbox.accept('m2', [one, one]);

    const entries = await inbox.read(blocking, 10);
    await inbox.done(entries.map(({ id }) => id));

    expect(entries.map(({ alerts }) => alerts)).toEqual([[one], [one, one]]);
    expect(await inbox.backlog()).toBe(0);
    const [pending] = (await redis.xpending(keys.inbox, 'tocsin')) as unknown[];
    expect(pending).toBe(0);
  });

  it('gives what an older process has stored with all that alerts have now', async () => {
    const { annotations, isReport, repeats, ...old } = one;
    await redis.xadd(keys.inbox, '*', 'a', JSON.stringify([old]));

    expect((await inbox.read(blocking, 10)).map(({ alerts }) => alerts)).toEqual([[one]]);
  });

  it('takes the same message once, also when it comes ten times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => inbox.accept('m1', [one])));

    expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
    expect(await inbox.backlog()).toBe(1);
  });

  it('shares its entries between processes, and gives those of a dead one to another', async () => {
    const other = inboxOf('two');
    for (let i = 0; i < 4; i++) await inbox.accept(`m${i}`, [one]);
    const mine = await inbox.read(blocking, 2);
    const theirs = await other.read(blocking, 10);
    expect([mine.length, theirs.length]).toEqual([2, 2]);
    expect(await other.takeOver(10)).toEqual([]);

    await idle(mine.map(({ id }) => id));

    expect(await other.takeOver(10)).toEqual(mine);
  });

  it('opens twice without losing anything', async () => {
    await inbox.accept('m1', [one]);

    await inbox.open();

    expect(await inbox.read(blocking, 10)).toHaveLength(1);
  });

  it('goes on when Redis has lost everything, its group as well', async () => {
    await redis.flushdb();
    await inbox.accept('m1', [one]);

    expect(await inbox.read(blocking, 10)).toHaveLength(1);
    await redis.flushdb();
    expect(await inbox.takeOver(10)).toEqual([]);
  });

  it('keeps what cannot be processed where it can be found', async () => {
    await inbox.accept('m1', [one]);
    const [entry] = await inbox.read(blocking, 1);
    if (!entry) throw new Error('nothing was read');

    await inbox.setAside(entry, 'Error: no');

    const [[, fields] = ['', []]] = await redis.xrange(`${keys.inbox}:dead`, '-', '+');
    expect(fields).toEqual(['id', entry.id, 'reason', 'Error: no', 'a', JSON.stringify([one])]);
  });
});

describe('a Redis that goes away', () => {
  it('makes every call fail at once and in passing, and all goes on when it is back without its data', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tocsin-inbox-'));
    const first = await startRedisServer({ dir });
    const [main, waiting] = [await connect(first.url, log), await connect(first.url, log, 'blocking')];
    const mine = translated(createInbox(main, keys, 'one'));
    await mine.open();
    const calls = [
      () => mine.read(waiting, 10),
      () => mine.accept('m1', [one]),
      () => mine.backlog(),
      () => mine.takeOver(1),
    ];
    const reading = kindOfFailure(mine.read(waiting, 10));

    await first.kill();

    expect(await reading).toBe('transient');
    expect(await Promise.all(calls.map((call) => kindOfFailure(call())))).toEqual(calls.map(() => 'transient'));
    const second = await startRedisServer({ dir });
    await until(() => main.status === 'ready' && waiting.status === 'ready');
    expect(await mine.accept('m1', [one])).toBe('stored');
    expect(await mine.read(waiting, 10)).toHaveLength(1);
    main.disconnect();
    waiting.disconnect();
    await second.stop();
    await rm(dir, { recursive: true });
  });
});

function kindOfFailure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no failure',
    (error: unknown) => kindOf(error),
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
