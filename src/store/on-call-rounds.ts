import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** Things by the time at which each is looked at next, for however many processes: each is with one of them at a time. */
export interface Rounds {
  /** Puts in what is missing; what is there keeps its time. */
  want(what: readonly string[], at: number): Promise<void>;
  /** Looks at them at this time, whatever was planned. */
  look(what: readonly string[], at: number): Promise<void>;
  /** What is due, taken until `until`: whoever fails leaves it to others then. */
  claim(now: number, until: number, limit: number): Promise<string[]>;
  /** Plans the next look at what was claimed until `until`, unless somebody wants one sooner by now: what they changed may not have been seen. */
  settle(what: string, until: number, at: number): Promise<void>;
  forget(what: string): Promise<void>;
}

/** Rounds in the sorted set `key`. */
export function createRounds(redis: Redis, key: string): Rounds {
  const claim = script(redis, new URL('./on-call-claim.lua', import.meta.url));
  const settle = script(redis, new URL('./on-call-settle.lua', import.meta.url));
  const scored = (what: readonly string[], at: number) => what.flatMap((one) => [at, one]);
  return {
    async want(what, at) {
      if (what.length > 0) await redis.zadd(key, 'NX', ...scored(what, at));
    },
    async look(what, at) {
      if (what.length > 0) await redis.zadd(key, ...scored(what, at));
    },
    claim: async (now, until, limit) => (await claim(1, key, now, until, limit)) as string[],
    async settle(what, until, at) {
      await settle(1, key, what, until, at);
    },
    async forget(what) {
      await redis.zrem(key, what);
    },
  };
}

/** What has been told is not told again while it is true. */
export interface Told {
  /** `false` when it was said before. It is remembered for `forMs`. */
  say(what: string, forMs: number): Promise<boolean>;
  isSaid(what: string): Promise<boolean>;
  forget(what: string): Promise<void>;
}

export function createTold(redis: Redis, keys: Keys): Told {
  return {
    say: async (what, forMs) =>
      (await redis.set(keys.onCallTold(what), '1', 'PX', Math.max(1, Math.ceil(forMs)), 'NX')) === 'OK',
    isSaid: async (what) => (await redis.exists(keys.onCallTold(what))) === 1,
    async forget(what) {
      await redis.del(keys.onCallTold(what));
    },
  };
}
