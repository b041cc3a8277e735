import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startRedisServer } from '../../src/local/redis-server.ts';

export interface TestRedis {
  /** `unix:/path` of this file's own server (or REDIS_URL's). Known from `beforeAll` on. */
  readonly url: string;
  /** A new connection, closed by itself after the file's last test. */
  client(): Redis;
}

/**
 * Gives a test file a Redis of its own, emptied before every test. Call it once at the top of the file.
 * Without a redis-server on this machine, REDIS_URL serves instead, one numbered database of it per test worker, and
 * they are emptied too: point it at nothing you need.
 */
export function useRedis(): TestRedis {
  let url: string | undefined;
  let stop = async () => {};
  const clients: Redis[] = [];
  const known = () => {
    if (url === undefined) throw new Error('useRedis: the server is there from beforeAll on, not while the file loads');
    return url;
  };
  const client = () => {
    const redis = connect(known());
    clients.push(redis);
    return redis;
  };

  beforeAll(async () => {
    const server = await startRedisServer().catch(orElse(process.env.REDIS_URL));
    ({ url, stop } = server);
  });
  beforeEach(async () => {
    const redis = clients.find(({ status }) => status === 'ready') ?? client();
    await redis.flushdb();
  });
  afterAll(async () => {
    for (const redis of clients) redis.disconnect();
    await stop();
  });

  return {
    get url() {
      return known();
    },
    client,
  };
}

function orElse(shared: string | undefined) {
  return (error: unknown) => {
    if (shared === undefined) throw error;
    return { url: ownDatabase(shared), stop: async () => {} };
  };
}

/** Test files run at the same time; a Redis has 16 databases unless it is told otherwise. */
function ownDatabase(shared: string): string {
  if (shared.startsWith('unix:')) return shared;
  const url = new URL(shared);
  url.pathname = `/${Number(process.env.VITEST_POOL_ID ?? 0) % 16}`;
  return url.href;
}

function connect(url: string): Redis {
  return url.startsWith('unix:') ? new Redis({ path: url.slice('unix:'.length) }) : new Redis(url);
}
