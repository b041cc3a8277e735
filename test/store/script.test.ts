import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOf, SetupError, TransientError } from '../../src/app/errors.ts';
import { connect } from '../../src/store/connection.ts';
import { fromRedis, translated } from '../../src/store/errors.ts';
import { script } from '../../src/store/script.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let dir = '';
let file: URL;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-script-'));
  file = pathToFileURL(join(dir, 'count.lua'));
  await writeFile(file, "return redis.call('INCRBY', KEYS[1], ARGV[1])");
});
afterAll(() => rm(dir, { recursive: true }));

describe('a script', () => {
  it('runs when the server does not know it, and when it has forgotten it', async () => {
    const redis = await connect(server.url, { warn() {} });
    const count = script(redis, file);

    expect(await count(1, 'n', 1)).toBe(1);
    await redis.script('FLUSH');
    expect(await count(1, 'n', 1)).toBe(2);
    redis.disconnect();
  });

  it('runs every time once when many calls share a pipeline and the server has forgotten it between', async () => {
    const redis = await connect(server.url, { warn() {} });
    const count = script(redis, file);

    const calls = Array.from({ length: 50 }, async (_, i) => {
      if (i % 10 === 0) await redis.script('FLUSH');
      return await count(1, 'n', 1);
    });

    expect((await Promise.all(calls)).map(Number).sort((a, b) => a - b)).toEqual(calls.map((_, i) => i + 1));
    redis.disconnect();
  });

  it('lets its own errors through', async () => {
    const redis = server.client();
    await redis.set('n', 'not a number');

    await expect(script(redis, file)(1, 'n', 1)).rejects.toThrow('not an integer');
  });
});

describe('a reply with scores', () => {
  it('is a flat list of members and scores, which the lanes and the clock are read from', async () => {
    const redis = await connect(server.url, { warn() {} });
    await redis.zadd('z', 1.5, 'a', 10_000_000_000_000, 'b');

    expect(await redis.zrange('z', 0, '-1', 'WITHSCORES')).toEqual(['a', '1.5', 'b', '10000000000000']);
    expect(await redis.zrange('z', '-inf', '2', 'BYSCORE', 'LIMIT', 0, 9, 'WITHSCORES')).toEqual(['a', '1.5']);
    expect(await redis.hgetall('none')).toEqual({});
    redis.disconnect();
  });
});

describe('an error of Redis', () => {
  const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

  it.each([
    ['LOADING Redis is loading the dataset in memory', 'transient'],
    ["READONLY You can't write against a read only replica.", 'transient'],
    ['OOM command not allowed when used memory > maxmemory', 'transient'],
    ['MISCONF Redis is configured to save RDB snapshots', 'transient'],
    ['NOAUTH Authentication required.', 'setup'],
    ['WRONGPASS invalid username-password pair', 'setup'],
    ['WRONGTYPE Operation against a key', 'bug'],
    ['ERR unknown command', 'bug'],
  ])('%s is %s', (message, kind) => {
    expect(kindOf(fromRedis(reply(message)))).toBe(kind);
  });

  it.each([
    ['a refused connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'transient'],
    ['a closed connection', new Error('Connection is closed.'), 'transient'],
    ['a time-out', new Error('Command timed out'), 'transient'],
    ['a bug', new TypeError('x is not a function'), 'bug'],
    ['something that is no error', 'nonsense', 'bug'],
  ])('for %s is %s', (_, error, kind) => {
    expect(kindOf(fromRedis(error))).toBe(kind);
  });

  it('that is ours already stays as it is', () => {
    const ours = [new TransientError('x', { cause: null }), new SetupError('y')];

    expect(ours.map(fromRedis)).toEqual(ours);
  });

  it('is translated in every function of a port, and answers pass through', async () => {
    const port = translated({
      good: async () => 7,
      bad: async () => {
        throw new Error('Connection is closed.');
      },
    });

    expect(await port.good()).toBe(7);
    await expect(port.bad()).rejects.toBeInstanceOf(TransientError);
  });
});
