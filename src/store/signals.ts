import type { Redis } from 'ioredis';
import type { SignalStore } from '../app/signals.ts';
import type { Hearing } from '../domain/silence.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** A hash for each signal that is expected (`heard`, `spoken`, `silent`), their keys, and when each is looked at. */
export function createSignalStore(redis: Redis, keys: Keys): SignalStore {
  const hear = script(redis, new URL('./signal-hear.lua', import.meta.url));
  const settle = script(redis, new URL('./signal-settle.lua', import.meta.url));

  async function hearingOf(key: string): Promise<Hearing | null> {
    const [heard, spoken, silent] = await redis.hmget(keys.signal(key), 'heard', 'spoken', 'silent');
    if (!heard) return null;
    return { heardAt: Number(heard), hasSpoken: spoken === '1', silentSince: silent ? Number(silent) : null };
  }

  async function withHearings(found: readonly string[]) {
    const hearings = await Promise.all(found.map(hearingOf));
    return found.flatMap((key, i) => {
      const hearing = hearings[i];
      return hearing ? [{ key, hearing }] : [];
    });
  }

  return {
    async expect(expected, now) {
      const known = await redis.smembers(keys.signals);
      const work = redis.multi();
      for (const key of expected) {
        work.hsetnx(keys.signal(key), 'heard', now);
        work.sadd(keys.signals, key);
        work.zadd(keys.signalsDue, now, key);
      }
      await work.exec();
      const wanted = new Set(expected);
      return await withHearings(known.filter((key) => !wanted.has(key)));
    },
    async hear(key, at, now) {
      await hear(2, keys.signal(key), keys.signalsDue, key, at, now);
    },
    due: async (now, limit) =>
      await withHearings(await redis.zrange(keys.signalsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, limit)),
    async settle(key, seen, { silentSince, lookAt }) {
      await settle(
        ...([2, keys.signal(key), keys.signalsDue, key, seen.heardAt, seen.silentSince ?? ''] as const),
        ...([silentSince ?? '', lookAt ?? ''] as const),
      );
    },
    async forget(key) {
      await redis.multi().del(keys.signal(key)).srem(keys.signals, key).zrem(keys.signalsDue, key).exec();
    },
  };
}
