import type { Redis } from 'ioredis';
import type { ChangeLog } from '../app/evidence-store.ts';
import type { Change } from '../domain/change.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

const DAY_MS = 86_400_000;
const KEPT_MS = 14 * DAY_MS;
/** Some hundred a day; a sender that tells every request as a change loses the oldest ones, not the memory of Redis. */
const KEPT_CHANGES = 5_000;

/** What was changed on purpose, of the last two weeks: a sorted set of ids by time, and the changes by id. */
export function createChangeLog(redis: Redis, keys: Keys, now: () => number): ChangeLog {
  const keep = script(redis, new URL('./changes.lua', import.meta.url));

  return {
    async record(changes) {
      if (changes.length === 0) return;
      const rows = changes.flatMap((change) => [change.id, change.at, JSON.stringify(change)]);
      const oldest = now() - KEPT_MS;
      await keep(2, keys.changes, keys.changesById, oldest, KEPT_CHANGES, KEPT_MS / 1_000, ...rows);
    },
    async between(from, to, limit) {
      const ids = await redis.zrange(keys.changes, String(to), String(from), 'BYSCORE', 'REV', 'LIMIT', 0, limit);
      if (ids.length === 0) return [];
      const found = await redis.hmget(keys.changesById, ...ids);
      return found.flatMap((json) => (json === null ? [] : [JSON.parse(json) as Change])); // written by record() and nobody else
    },
  };
}
