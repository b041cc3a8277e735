import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';

/** Slack repeats an event whose answer it missed, for five minutes, and for a day where "Delayed Events" is on. */
const REMEMBERED_S = 86_400;

/** Whether this event comes for the first time. https://docs.slack.dev/apis/events-api: `event_id` is the same in every retry. */
export function createOnce(redis: Redis, keys: Keys): (eventId: string) => Promise<boolean> {
  return async (eventId) => (await redis.set(keys.seen(`event:${eventId}`), '1', 'EX', REMEMBERED_S, 'NX')) === 'OK';
}
