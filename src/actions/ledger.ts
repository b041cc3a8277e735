import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';

/** One version that served somewhere, and how well. Times are epoch ms. */
export interface LedgerEntry {
  readonly version: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** How long it was seen to serve while no incident of its service was open, in ms. */
  readonly healthyMs: number;
  /** Whether somebody has gone back from it: it is never proposed again. */
  readonly isWithdrawn: boolean;
}

/**
 * What served on an endpoint, a service or an alias: systems do not keep it. `what` names the place, as the lock of a plan does:
 * `sagemaker:us-east-1:endpoint/bikeshare-prod`.
 */
export interface Ledger {
  /** Newest first. */
  entries(what: string): Promise<readonly LedgerEntry[]>;
  /** Writes down what serves now. */
  seen(what: string, version: string, isHealthy: boolean): Promise<void>;
  withdrawn(what: string, version: string): Promise<void>;
}

/** Between two looks at most so long counts as healthy: nobody knows what was in a longer gap. */
const LONGEST_LOOK_MS = 15 * 60_000;
const KEPT = 50;
const RETENTION_S = 400 * 86_400;

export function createLedger(redis: Redis, keys: Pick<Keys, 'ledger'>, now: () => number): Ledger {
  const load = async (what: string) => {
    const all = await redis.hgetall(keys.ledger(what));
    return Object.values(all)
      .map((json) => JSON.parse(json) as LedgerEntry) // written here and nowhere else
      .sort((one, other) => other.lastSeen - one.lastSeen || other.firstSeen - one.firstSeen);
  };
  const keep = async (what: string, entry: LedgerEntry) => {
    const key = keys.ledger(what);
    await redis.multi().hset(key, entry.version, JSON.stringify(entry)).expire(key, RETENTION_S).exec();
  };

  return {
    entries: load,
    async seen(what, version, isHealthy) {
      const at = now();
      const known = await load(what);
      const before = known.find((one) => one.version === version);
      const isNewest = known[0]?.version === version;
      const since = before && isNewest ? Math.min(at - before.lastSeen, LONGEST_LOOK_MS) : 0;
      await keep(what, {
        version,
        firstSeen: before?.firstSeen ?? at,
        lastSeen: at,
        healthyMs: (before?.healthyMs ?? 0) + (isHealthy ? Math.max(0, since) : 0),
        isWithdrawn: before?.isWithdrawn ?? false,
      });
      const old = known.slice(KEPT).map((one) => one.version);
      if (old.length > 0) await redis.hdel(keys.ledger(what), ...old);
    },
    async withdrawn(what, version) {
      const before = (await load(what)).find((one) => one.version === version);
      if (before) await keep(what, { ...before, isWithdrawn: true });
    },
  };
}

/** A version that served for so long without an incident is known to be good. */
const GOOD_MS = 60 * 60_000;

/**
 * The last known good version beside the one that serves now: the newest that was healthy for an hour, else the one that was healthy
 * longest; never one that somebody has gone back from. `null`: nobody knows one.
 */
export function lastKnownGood(entries: readonly LedgerEntry[], current: string): LedgerEntry | null {
  const others = entries.filter(({ version, isWithdrawn }) => version !== current && !isWithdrawn);
  const good = others.find(({ healthyMs }) => healthyMs >= GOOD_MS);
  const longest = others.toSorted((one, other) => other.healthyMs - one.healthyMs)[0];
  return good ?? (longest && longest.healthyMs > 0 ? longest : null);
}
