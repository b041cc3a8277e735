import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

const KEY_BYTES = 24;

/** The secret in the addresses of each person's calendars. */
export interface CalendarKeys {
  /** The one there is, or a new one. */
  keyOf(person: string): Promise<string>;
  /** `null`: there is none. */
  known(person: string): Promise<string | null>;
  /** `false`: there was none. */
  revoke(person: string): Promise<boolean>;
}

export function createCalendarKeys(redis: Redis, keys: Keys): CalendarKeys {
  const known = (person: string) => redis.hget(keys.onCallKeys, person);
  return {
    known,
    async keyOf(person) {
      const fresh = `${person}.${randomBytes(KEY_BYTES).toString('base64url')}`;
      const isNew = (await redis.hsetnx(keys.onCallKeys, person, fresh)) === 1;
      return isNew ? fresh : ((await known(person)) ?? fresh);
    },
    revoke: async (person) => (await redis.hdel(keys.onCallKeys, person)) === 1,
  };
}
