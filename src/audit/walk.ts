import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import type { Examine } from './examine.ts';

/** How far the round over all open incidents has come, whichever process has the turn. */
interface Round {
  /** Of ZSCAN; '0': the next round begins. */
  readonly cursor: string;
  readonly checked: number;
  readonly withoutPolicy: number;
  /** The last full one. */
  readonly last: { readonly endedAt: number; readonly checked: number; readonly withoutPolicy: number } | null;
}

export interface Walk {
  /** Looks at the next open incidents, if it is this process's turn: about `PER_STEP` of them. Rejects when Redis is away. */
  step(): Promise<void>;
  /** The last full round; `null`: there was none yet. */
  last(): Promise<Round['last']>;
}

export interface WalkDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'prefix' | 'open' | 'seen'>;
  readonly examine: Examine;
  readonly now: () => number;
}

/** Incidents in one step, once a second: a hundred thousand are looked at in a quarter of an hour, at the cost of a few ms a second. */
export const PER_STEP = 100;
/** Of them at a time, so that a click that comes meanwhile waits for no more. */
const AT_ONCE = 20;
/** Short of a second, so that of all processes one has the turn. */
const TURN_MS = 900;

/** Between the end of a round and the next: where few are open, they are not looked at every second. */
const REST_MS = 60_000;

const BEGIN = { cursor: '0', checked: 0, withoutPolicy: 0 };

/** Looks at all open incidents one after the other, again and again, a few each second. */
export function createWalk({ redis, keys, examine, now }: WalkDeps): Walk {
  const key = `${keys.prefix}audit:walk`;
  const isMyTurn = async () => (await redis.set(keys.seen('turn:audit'), '1', 'PX', TURN_MS, 'NX')) === 'OK';
  const state = async (): Promise<Round> => {
    const json = await redis.get(key);
    return json === null ? { ...BEGIN, last: null } : (JSON.parse(json) as Round); // written below and nowhere else
  };

  return {
    async step() {
      if (!(await isMyTurn())) return;
      const before = await state();
      const restedMs = now() - (before.last?.endedAt ?? 0);
      if (before.cursor === '0' && restedMs >= 0 && restedMs < REST_MS) return;
      const [cursor, flat] = await redis.zscan(keys.open, before.cursor, 'COUNT', PER_STEP);
      const ids = flat.filter((_, i) => i % 2 === 0);
      let { checked, withoutPolicy } = before;
      for (let i = 0; i < ids.length; i += AT_ONCE) {
        const seen = await examine(ids.slice(i, i + AT_ONCE));
        checked += seen.checked;
        withoutPolicy += seen.withoutPolicy;
      }
      const isEnd = cursor === '0';
      const after: Round = isEnd
        ? { ...BEGIN, last: { endedAt: now(), checked, withoutPolicy } }
        : { cursor, checked, withoutPolicy, last: before.last };
      await redis.set(key, JSON.stringify(after));
    },
    last: async () => (await state()).last,
  };
}
