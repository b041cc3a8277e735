import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

const DAY_S = 86_400;
const WEEK_MS = 7 * DAY_S * 1_000;
/** Among so many an earlier case is looked for, however long the history is. */
const KEPT = 50;
/** As long as incidents themselves are kept. */
const PAST_S = 180 * DAY_S;
/** A condition that fires more often than this in a week is told as so many. */
const FIRINGS_KEPT = 500;

/** Short indexes that let an incident be compared with earlier ones at a cost that does not grow with them. */
export interface PastIncidents {
  /** A condition fired in an incident. */
  fired(key: string, incident: string, at: number): Promise<void>;
  /** When it fired within the last week, oldest first, with the incident. */
  firings(key: string, now: number): Promise<{ readonly incident: string; readonly at: number }[]>;
  /** An incident of a service is over. */
  ended(service: string, incident: string, at: number): Promise<void>;
  /** The newest incidents of a service that were over, the newest first, at most 50. */
  past(service: string): Promise<string[]>;
}

export function createPastIncidents(redis: Redis, keys: Keys): PastIncidents {
  return {
    async fired(key, incident, at) {
      const name = keys.fired(key);
      await redis
        .multi()
        .zadd(name, 'NX', at, `${incident}/${at}`)
        .zremrangebyscore(name, '-inf', at - WEEK_MS)
        .zremrangebyrank(name, 0, -FIRINGS_KEPT - 1)
        .expire(name, 8 * DAY_S)
        .exec();
    },
    async firings(key, now) {
      const flat = await redis.zrange(keys.fired(key), now - WEEK_MS, '+inf', 'BYSCORE', 'WITHSCORES');
      return flat.flatMap((entry, i) =>
        i % 2 === 0 ? [{ incident: entry.split('/')[0] ?? '', at: Number(flat[i + 1]) }] : [],
      );
    },
    async ended(service, incident, at) {
      const name = keys.past(service);
      await redis
        .multi()
        .zadd(name, at, incident)
        .zremrangebyrank(name, 0, -KEPT - 1)
        .expire(name, PAST_S)
        .exec();
    },
    past: (service) => redis.zrange(keys.past(service), '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, KEPT),
  };
}
