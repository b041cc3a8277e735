import type { Redis } from 'ioredis';
import { LOOK_UPS, type LookUp } from '../domain/evidence.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** Something that is to be looked up for an incident. */
export interface Due {
  readonly incident: string;
  readonly what: LookUp;
}

/** What commits have called for. */
export interface EvidenceQueue {
  /** The longest waiting, each for one process alone until `until` (epoch ms): a process that dies leaves them to others. */
  claim(now: number, until: number, limit: number): Promise<Due[]>;
  done(due: Due): Promise<void>;
  /** It was claimed and is left to whoever comes next. */
  giveBack(due: Due, now: number): Promise<void>;
  /** All that wait or are being taken. */
  waiting(): Promise<number>;
  /** Whether this one may be looked up although many are due: so many per `name` and span of time may. */
  ticket(name: string, limit: number, spanS: number): Promise<boolean>;
}

export function createEvidenceQueue(redis: Redis, keys: Keys): EvidenceQueue {
  const take = script(redis, new URL('./claim.lua', import.meta.url));

  return {
    async claim(now, until, limit) {
      const entries = (await take(1, keys.dueEvidence, now, until, limit)) as string[]; // as the script says
      return entries.flatMap((entry) => readEntry(entry) ?? []);
    },
    done: async ({ incident, what }) => void (await redis.zrem(keys.dueEvidence, `${incident}/${what}`)),
    giveBack: async ({ incident, what }, now) =>
      void (await redis.zadd(keys.dueEvidence, 'XX', now, `${incident}/${what}`)),
    waiting: () => redis.zcard(keys.dueEvidence),
    async ticket(name, limit, spanS) {
      const key = keys.seen(`evidence:${name}`);
      const results = await redis.multi().incr(key).expire(key, spanS, 'NX').exec();
      return Number(results?.[0]?.[1]) <= limit;
    },
  };
}

function readEntry(entry: string): Due | null {
  const [incident = '', what] = entry.split('/');
  const known = LOOK_UPS.find((one) => one === what);
  return known ? { incident, what: known } : null;
}
