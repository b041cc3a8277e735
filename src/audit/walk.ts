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
  /** Looks at the next open incidents, if it is this process's turn: as many as its time allows. Rejects when Redis is away. */
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

/** Incidents at a time, so that a click that comes meanwhile waits for no more; so many are looked at in each step at least. */
export const AT_ONCE = 20;
/** And at most. */
const PER_STEP = 200;
/**
 * What a step may take, once a second, in ms: a policy that counts working hours takes most of one to think through. A hundred
 * thousand are looked at within ten minutes to an hour and a half.
 */
const STEP_MS = 20;
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
      if (isResting(before, now())) return;
      const began = performance.now();
      let { cursor, checked, withoutPolicy } = before;
      do {
        const [next, flat] = await redis.zscan(keys.open, cursor, 'COUNT', AT_ONCE);
        const ids = flat.filter((_, i) => i % 2 === 0);
        const seen = await inPieces(examine, ids);
        checked += seen.checked;
        withoutPolicy += seen.withoutPolicy;
        cursor = next;
      } while (cursor !== '0' && checked - before.checked < PER_STEP && performance.now() - began < STEP_MS);
      const isEnd = cursor === '0';
      const after: Round = isEnd
        ? { ...BEGIN, last: { endedAt: now(), checked, withoutPolicy } }
        : { cursor, checked, withoutPolicy, last: before.last };
      await redis.set(key, JSON.stringify(after));
    },
    last: async () => (await state()).last,
  };
}

function isResting({ cursor, last }: Round, now: number): boolean {
  const restedMs = now - (last?.endedAt ?? 0);
  return cursor === '0' && restedMs >= 0 && restedMs < REST_MS; // less than 0: the clock was put back
}

/** A small set comes in one piece, whatever was asked for. */
async function inPieces(examine: Examine, ids: readonly string[]) {
  let [checked, withoutPolicy] = [0, 0];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const seen = await examine(ids.slice(i, i + AT_ONCE));
    checked += seen.checked;
    withoutPolicy += seen.withoutPolicy;
  }
  return { checked, withoutPolicy };
}
