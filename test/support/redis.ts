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
 * Without a redis-server on this machine, REDIS_URL serves instead, and is emptied too: point it at nothing you need.
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
    await redis.flushall();
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

function orElse(url: string | undefined) {
  return (error: unknown) => {
    if (url === undefined) throw error;
    return { url, stop: async () => {} };
  };
}

function connect(url: string): Redis {
  return url.startsWith('unix:') ? new Redis({ path: url.slice('unix:'.length) }) : new Redis(url);
}
