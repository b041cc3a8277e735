import type { Redis } from 'ioredis';
import type { GapWarning, HandOffSummary } from '../app/on-call.ts';
import type { Handed } from '../domain/rotation.ts';
import type { Keys } from './keys.ts';
import { createRounds } from './on-call-rounds.ts';
import { script } from './script.ts';

/** What has to be told of a rotation. */
export type OnCallLetter =
  | { readonly kind: 'hand-off' | 'reminder'; readonly rotation: string; readonly summary: HandOffSummary }
  | { readonly kind: 'gap'; readonly rotation: string; readonly warning: GapWarning };

/** A letter that is to be told at a time (epoch ms). Its id is the same whoever writes it. */
export interface Dated {
  readonly id: string;
  readonly at: number;
  readonly letter: OnCallLetter;
}

/** A change of who has a rotation, with all that follows. */
export interface HandedChange {
  readonly rotation: string;
  readonly before: Handed | null;
  readonly after: Handed;
  readonly letters: readonly Dated[];
  /** Id of a letter that need not be told any more. */
  readonly recalled: string | null;
}

/** Hand-offs that are done, and letters that are not told yet. */
export interface OnCallLetters {
  /** The last hand-off that was done; `null`: none is known. */
  handed(rotation: string): Promise<Handed | null>;
  /** All of it at once, by one of those who try: `false` for the others. */
  hand(change: HandedChange): Promise<boolean>;
  /** Puts a letter in, unless `told` was said in the last `forMs`. */
  warn(told: string, forMs: number, dated: Dated): Promise<boolean>;
  /** Letters that are due, taken until `until`: whoever fails leaves them to others then. */
  claim(now: number, until: number, limit: number): Promise<Dated[]>;
  /** It was told, or need not be. */
  done(id: string): Promise<void>;
}

export function createOnCallLetters(redis: Redis, keys: Keys): OnCallLetters {
  const hand = script(redis, new URL('./on-call-hand.lua', import.meta.url));
  const warn = script(redis, new URL('./on-call-warn.lua', import.meta.url));
  const due = createRounds(redis, keys.onCallLettersDue);

  return {
    async handed(rotation) {
      const text = await redis.hget(keys.onCallHanded, rotation);
      return text === null ? null : (JSON.parse(text) as Handed);
    },
    async hand({ rotation, before, after, letters, recalled }) {
      const told = letters.flatMap((one) => [one.id, one.at, stored(one)]);
      const [was, is] = [before ? stateOf(before) : '', stateOf(after)];
      return (
        (await hand(
          ...([3, keys.onCallHanded, keys.onCallLetters, keys.onCallLettersDue] as const),
          ...[rotation, was, is, recalled ?? '', ...told],
        )) === 1
      );
    },
    async warn(told, forMs, dated) {
      const names = [keys.onCallTold(told), keys.onCallLetters, keys.onCallLettersDue];
      return (await warn(3, ...names, Math.max(1, Math.ceil(forMs)), dated.id, dated.at, stored(dated))) === 1;
    },
    async claim(now, until, limit) {
      const ids = await due.claim(now, until, limit);
      if (ids.length === 0) return [];
      const texts = await redis.hmget(keys.onCallLetters, ...ids);
      return ids.flatMap((id, i) => {
        const text = texts[i];
        return text ? [{ id, ...(JSON.parse(text) as Omit<Dated, 'id'>) }] : [];
      });
    },
    async done(id) {
      await redis.multi().hdel(keys.onCallLetters, id).zrem(keys.onCallLettersDue, id).exec();
    },
  };
}

function stored({ at, letter }: Dated): string {
  return JSON.stringify({ at, letter });
}

/** The same text for the same hand-off, as it is compared. */
function stateOf({ at, to, received }: Handed): string {
  return JSON.stringify({ at, to, received: received && { by: received.by, at: received.at } });
}
