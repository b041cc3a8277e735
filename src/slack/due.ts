import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { isTouched } from '../store/rank.ts';
import { script } from '../store/script.ts';

/** How long a process that died keeps others from what it had; one that lives renews its lease well before. */
const LEASE_MS = 10_000;
export const RENEW_MS = 3_000;

export type DueLane = 'people' | 'machine';

export interface Claim {
  readonly id: string;
  readonly token: string;
}

/** A round of delivery: the channel whose cards the incident belongs to, and when what is left may be tried again. */
export interface Round {
  readonly channel: string;
  readonly lane: DueLane;
  readonly againAt: number;
}

/** Which incidents have something to be told, and who serves them: Redis knows, no process does. */
export interface Due {
  /** Incidents of a lane that may be served now, the longest waiting first. */
  inLane(lane: DueLane, now: number, limit: number): Promise<string[]>;
  /** The first time after `now` from which an incident of either lane may be served, epoch ms. */
  nextAt(now: number): Promise<number | null>;
  channelsWaiting(): Promise<string[]>;
  /** Incidents of a channel without a card, the most urgent first; what a person has touched is for `people`. */
  withoutCard(channel: string, limit: number): Promise<{ readonly id: string; readonly lane: DueLane }[]>;
  withoutCardCount(channel: string): Promise<number>;
  /** `null` when somebody else has it. */
  claim(what: string): Promise<Claim | null>;
  /** `false` when it is somebody else's by now. */
  renew(claim: Claim): Promise<boolean>;
  /** Ends a round; `true` when nothing is left. */
  finish(claim: Claim, round: Round): Promise<boolean>;
  release(claim: Claim): Promise<void>;
}

export function createDue(redis: Redis, keys: Keys): Due {
  const finish = script(redis, new URL('./finish.lua', import.meta.url));
  const lease = script(redis, new URL('./lease.lua', import.meta.url));

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
    async nextAt(now) {
      const firsts = await Promise.all(
        [keys.duePeople, keys.dueMachine].map((lane) =>
          redis.zrange(lane, `(${now}`, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES'),
        ),
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
    renew: async ({ id, token }) => (await lease(1, keys.lease(id), token, LEASE_MS)) === 1,
    async finish({ id, token }, { channel, lane, againAt }) {
      const names = [
        ...[keys.incident(id), keys.outbox(id), keys.duePeople, keys.dueMachine, keys.unposted(channel), keys.channels],
        ...[keys.card(id), keys.lease(id)],
      ];
      return (await finish(names.length, ...names, id, token, againAt, channel, lane)) === 1;
    },
    release: async ({ id, token }) => void (await lease(1, keys.lease(id), token, 0)),
  };
}
