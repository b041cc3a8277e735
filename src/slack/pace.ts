import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';

/** What is sent to Slack, as Slack counts it. */
export interface Paced {
  readonly method: 'post' | 'update';
  readonly channel: string;
}

/** Keeps all processes together below Slack's limits, so that a person's change never waits behind what machines had to say. */
export interface Pace {
  /** Takes one token: 0 when the call may be made now, else the ms after which it may. */
  take(what: Paced, forWhom: 'people' | 'machine'): Promise<number>;
  /** Slack answered 429: nobody calls this again until then. */
  pause(what: Paced, ms: number): Promise<void>;
}

/**
 * https://docs.slack.dev/apis/web-api/rate-limits: `chat.postMessage` 1 per second and channel with short bursts, some hundred a
 * minute for the workspace; `chat.update` is tier 3, 50 a minute for the whole workspace: what a full bucket and its refill give
 * within any minute stays below that. Some of each is kept for people.
 */
const LIMITS = {
  post: { capacity: 3, perMs: 1 / 1_000, keptForPeople: 1 },
  update: { capacity: 24, perMs: 25 / 60_000, keptForPeople: 10 },
} as const;

export function createPace(redis: Redis, keys: Keys, now: () => number, isOn: boolean): Pace {
  const bucket = script(redis, new URL('./pace.lua', import.meta.url));
  const nameOf = (what: Paced) => (what.method === 'post' ? `post:${what.channel}` : 'update');

  return {
    async take(what, forWhom) {
      const { capacity, perMs, keptForPeople } = LIMITS[what.method];
      const name = nameOf(what);
      if (!isOn) return Math.max(0, await redis.pttl(keys.pace(`pause:${name}`)));

      const left = forWhom === 'people' ? 0 : keptForPeople;
      return Number(await bucket(2, keys.pace(name), keys.pace(`pause:${name}`), now(), capacity, perMs, left));
    },
    async pause(what, ms) {
      await redis.set(keys.pace(`pause:${nameOf(what)}`), '1', 'PX', Math.max(1, Math.ceil(ms)));
    },
  };
}
