import type { Redis } from 'ioredis';

/** Which views of an incident's runbook are open, so that what one person ticks shows to the others. */
export interface OpenViews {
  opened(incident: string, view: string): Promise<void>;
  closed(incident: string, view: string): Promise<void>;
  /** The newest first, of the last hour; some may be closed by now. */
  of(incident: string): Promise<string[]>;
}

const KEPT_MS = 3_600_000;
/** More people than work on one incident; each is drawn anew with every tick. */
const MOST = 20;

export function createOpenViews(deps: {
  readonly redis: Redis;
  /** What all keys of this deployment begin with. */
  readonly prefix: string;
  readonly now: () => number;
}): OpenViews {
  const { redis, prefix, now } = deps;
  const keyOf = (incident: string) => `${prefix}views:${incident}`;
  return {
    async opened(incident, view) {
      const key = keyOf(incident);
      await redis
        .multi()
        .zadd(key, now(), view)
        .zremrangebyscore(key, '-inf', now() - KEPT_MS)
        .zremrangebyrank(key, 0, -1 - MOST)
        .pexpire(key, KEPT_MS)
        .exec();
    },
    closed: async (incident, view) => void (await redis.zrem(keyOf(incident), view)),
    of: (incident) => redis.zrange(keyOf(incident), '+inf', String(now() - KEPT_MS), 'BYSCORE', 'REV'),
  };
}
