import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/**
 * What commits have called for, each with the time from which it may be done. Whoever takes something has it until its lease ends:
 * a process that lives renews it, one that dies leaves it to others.
 */
export interface DueQueue {
  /** The longest waiting, until `until` (epoch ms). */
  claim(now: number, until: number, limit: number): Promise<string[]>;
  /** Keeps what is being done; what is done meanwhile stays done. */
  renew(entries: readonly string[], until: number): Promise<void>;
  /** May be done again then (epoch ms), unless it is done by now. */
  again(entry: string, at: number): Promise<void>;
  done(entry: string): Promise<void>;
  /** Done as far as an incident had come at `version`; when it has changed since, it is due again. */
  doneAt(entry: string, incident: { readonly id: string; readonly version: number }, now: number): Promise<void>;
  /** What waits or is being done, the longest waiting first, at most so many. */
  entries(limit: number): Promise<string[]>;
  /** How many may be done by now, and since when the longest waiting one may (epoch ms). */
  backlog(now: number): Promise<{ readonly count: number; readonly since: number | null }>;
}

export function createDueQueue(redis: Redis, keys: Pick<Keys, 'incident'>, key: string): DueQueue {
  const settle = script(redis, new URL('./settle.lua', import.meta.url));
  const take = script(redis, new URL('./claim.lua', import.meta.url));

  return {
    claim: async (now, until, limit) => (await take(1, key, now, until, limit)) as string[], // as the script says
    async renew(entries, until) {
      if (entries.length > 0) await redis.zadd(key, 'XX', ...entries.flatMap((entry) => [until, entry]));
    },
    again: async (entry, at) => void (await redis.zadd(key, 'XX', at, entry)),
    async doneAt(entry, { id, version }, now) {
      await settle(2, keys.incident(id), key, entry, version, now);
    },
    entries: (limit) => redis.zrange(key, 0, String(limit - 1)),
    done: async (entry) => void (await redis.zrem(key, entry)),
    async backlog(now) {
      const [count, first] = await Promise.all([
        redis.zcount(key, '-inf', now),
        redis.zrange(key, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES'),
      ]);
      return { count, since: first[1] === undefined ? null : Number(first[1]) };
    },
  };
}
