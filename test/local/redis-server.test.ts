import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedisServer } from '../../src/local/redis-server.ts';

describe('the private redis-server', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-test-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('keeps its append-only data over a restart, at the same address', async () => {
    const first = await startRedisServer({ dir, appendonly: true });
    await withClient(first.socket, (redis) => redis.set('bell', 'rings'));
    await first.stop();

    const second = await startRedisServer({ dir, appendonly: true });
    const bell = await withClient(second.socket, (redis) => redis.get('bell'));
    await second.stop();

    expect(bell).toBe('rings');
    expect(second.url).toBe(first.url);
  });
});

async function withClient<T>(path: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
