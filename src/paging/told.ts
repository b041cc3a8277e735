import type { Redis } from 'ioredis';
import type { LeftBehind } from '../app/page-way.ts';
import type { Incident } from '../domain/incident.ts';
import type { Keys } from '../store/keys.ts';
import { standingOf } from './standing.ts';

/** Longer than any incident stays in sight; the commit that ends it sets the time anew. */
const KEPT_S = 180 * 86_400;
/** Whoever answered while the page was being sent is heard of then. */
const AFTERWARDS_MS = 1_000;

/** What a page left behind, and what its receiver was told last (`null`: no more than the page itself). */
export interface Remembered {
  readonly left: LeftBehind;
  readonly said: string | null;
  /** How it stood with the incident when the page was sent, see `standingOf`. Absent in what older versions have written. */
  readonly asSent?: string;
}

/** What pages have left behind with receivers that must hear what becomes of the incident. */
export interface Told {
  /** To be called before the page counts as sent. `incident` is as the page has it. */
  remember(incident: Incident, left: readonly LeftBehind[]): Promise<void>;
  of(incident: string): Promise<Remembered[]>;
  said(incident: string, left: LeftBehind, said: string): Promise<void>;
  /** It cannot be told any more: a message that is gone. */
  forget(incident: string, left: LeftBehind): Promise<void>;
}

export function createTold(redis: Redis, keys: Pick<Keys, 'told' | 'dueNews'>, now: () => number): Told {
  return {
    async remember(incident, left) {
      const { id } = incident;
      if (left.length === 0) return;
      const fields = left.flatMap((one) => [
        nameOf(one),
        storedAs({ left: one, said: null, asSent: standingOf(incident) }),
      ]);
      await redis
        .multi()
        .hset(keys.told(id), ...fields)
        .expire(keys.told(id), KEPT_S)
        .zadd(keys.dueNews, 'NX', now() + AFTERWARDS_MS, id)
        .exec();
    },
    async of(incident) {
      const values = await redis.hvals(keys.told(incident));
      return values.map((json) => JSON.parse(json) as Remembered); // as `storedAs` has written it
    },
    said: async (incident, left, said) =>
      void (await redis.hset(keys.told(incident), nameOf(left), storedAs({ left, said }))),
    forget: async (incident, left) => void (await redis.hdel(keys.told(incident), nameOf(left))),
  };
}

function storedAs(remembered: Remembered): string {
  return JSON.stringify(remembered);
}

function nameOf(left: LeftBehind): string {
  switch (left.kind) {
    case 'message':
      return `message ${left.channel} ${left.ts}`;
    case 'pagerduty':
      return `pagerduty ${left.to} ${left.dedupKey}`;
    case 'webhook':
      return `webhook ${left.to}`;
  }
}
