import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';

/** How long a process that died keeps others from its work. */
const LEASE_MS = 60_000;

/** Does something unless another process is at it just now. */
export type Alone = (what: string, work: () => Promise<void>) => Promise<void>;

export function createAlone(redis: Redis, keys: Pick<Keys, 'lease'>): Alone {
  const giveBack = script(redis, new URL('./unlock.lua', import.meta.url));
  return async (what, work) => {
    const token = randomUUID();
    const key = keys.lease(what);
    if ((await redis.set(key, token, 'PX', LEASE_MS, 'NX')) !== 'OK') return;
    try {
      await work();
    } finally {
      await giveBack(1, key, token);
    }
  };
}
