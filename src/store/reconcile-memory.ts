import type { Redis } from 'ioredis';
import type { Alert } from '../domain/alert.ts';
import type { Keys } from './keys.ts';

/** What reconciliation remembers from one round to the next, whichever process has it. */
export interface ReconcileMemory {
  /** `true` for one process in each span of time. Nothing is held: if that process ends, another has the next turn. */
  isTurn(what: string, everyMs: number): Promise<boolean>;
  stillMissing(source: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Epoch ms; `null` when nothing was read before, or so long ago that it does not count. */
  readUntil(region: string): Promise<number | null>;
  setReadUntil(region: string, at: number): Promise<void>;
  /** Keeps what sources say of conditions that fire, where they do not say it again when asked. */
  keepSaid(alerts: readonly Alert[]): Promise<void>;
  lastSaid(keys: readonly string[]): Promise<ReadonlyMap<string, Alert>>;
}

/** Two rounds and a little: what was missing longer ago was not missing the time before. */
const MISSING_S = 200;
const READ_S = 86_400;
const SAID_S = 14 * 86_400;

export function createReconcileMemory(redis: Redis, keys: Keys): ReconcileMemory {
  const said = (key: string) => keys.seen(`said:${key}`);

  return {
    isTurn: async (what, everyMs) => (await redis.set(keys.seen(`turn:${what}`), '1', 'PX', everyMs, 'NX')) === 'OK',
    async stillMissing(source, missing) {
      const name = keys.seen(`missing:${source}`);
      const before = new Set(JSON.parse((await redis.get(name)) ?? '[]') as string[]); // written below and nowhere else
      if (missing.length > 0) await redis.set(name, JSON.stringify(missing), 'EX', MISSING_S);
      else if (before.size > 0) await redis.del(name);
      return new Set(missing.filter((key) => before.has(key)));
    },
    async readUntil(region) {
      const at = await redis.get(keys.seen(`history:${region}`));
      return at === null ? null : Number(at);
    },
    async setReadUntil(region, at) {
      await redis.set(keys.seen(`history:${region}`), at, 'EX', READ_S);
    },
    async keepSaid(alerts) {
      const work = redis.pipeline();
      for (const alert of alerts) {
        if (alert.source !== 'alertmanager') continue;
        if (alert.state === 'firing') work.set(said(alert.key), JSON.stringify(alert), 'EX', SAID_S);
        else work.del(said(alert.key));
      }
      if (work.length > 0) await work.exec();
    },
    async lastSaid(wanted) {
      if (wanted.length === 0) return new Map();
      const found = await redis.mget(wanted.map(said));
      const alerts = found.flatMap((json) => (json === null ? [] : [JSON.parse(json) as Alert])); // written above
      return new Map(alerts.map((alert) => [alert.key, alert]));
    },
  };
}
