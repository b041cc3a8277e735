import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { isTouched } from '../store/rank.ts';
import { script } from '../store/script.ts';

/** Longer than a call to Slack may take, so that two processes never serve one incident at once. */
const LEASE_MS = 15_000;

export interface Claim {
  readonly id: string;
  readonly token: string;
}

/** Which incidents have something to be told, and who serves them: Redis knows, no process does. */
export interface Due {
  /** Incidents of a lane that may be served now, the longest waiting first. */
  inLane(lane: 'people' | 'machine', now: number, limit: number): Promise<string[]>;
  /** When the next incident of either lane may be served, epoch ms. */
  nextAt(): Promise<number | null>;
  channelsWaiting(): Promise<string[]>;
  /** Incidents of a channel without a card, the most urgent first; what a person has touched is for `people`. */
  withoutCard(channel: string, limit: number): Promise<{ readonly id: string; readonly lane: 'people' | 'machine' }[]>;
  withoutCardCount(channel: string): Promise<number>;
  /** `null` when somebody else has it. */
  claim(what: string): Promise<Claim | null>;
  /** Ends a round; `true` when nothing is left. */
  finish(claim: Claim, channel: string, againAt: number): Promise<boolean>;
  release(claim: Claim): Promise<void>;
}

export function createDue(redis: Redis, keys: Keys): Due {
  const finish = script(redis, new URL('./finish.lua', import.meta.url));

  return {
    inLane: (lane, now, limit) =>
      redis.zrange(
        lane === 'people' ? keys.duePeople : keys.dueMachine,
        '-inf',
        String(now),
        'BYSCORE',
        'LIMIT',
        0,
        limit,
      ),
    async nextAt() {
      const firsts = await Promise.all(
        [keys.duePeople, keys.dueMachine].map((lane) => redis.zrange(lane, 0, '0', 'WITHSCORES')),
      );
      const times = firsts.flatMap(([, score]) => (score === undefined ? [] : [Number(score)]));
      return times.length > 0 ? Math.min(...times) : null;
    },
    channelsWaiting: () => redis.smembers(keys.channels),
    async withoutCard(channel, limit) {
      const flat = await redis.zrange(keys.unposted(channel), 0, String(limit - 1), 'WITHSCORES');
      const laneOf = (rank: number) => (isTouched(rank) ? ('people' as const) : ('machine' as const));
      return flat.flatMap((id, i) => (i % 2 === 0 ? [{ id, lane: laneOf(Number(flat[i + 1])) }] : []));
    },
    withoutCardCount: (channel) => redis.zcard(keys.unposted(channel)),
    async claim(what) {
      const token = randomUUID();
      const got = await redis.set(keys.lease(what), token, 'PX', LEASE_MS, 'NX');
      return got === 'OK' ? { id: what, token } : null;
    },
    async finish({ id, token }, channel, againAt) {
      const names = [
        ...[keys.incident(id), keys.outbox(id), keys.duePeople, keys.dueMachine, keys.unposted(channel), keys.channels],
        ...[keys.card(id), keys.lease(id)],
      ];
      return (await finish(names.length, ...names, id, token, againAt, channel)) === 1;
    },
    async release({ id, token }) {
      if ((await redis.get(keys.lease(id))) === token) await redis.del(keys.lease(id));
    },
  };
}
