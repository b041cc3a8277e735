import type { Redis } from 'ioredis';
import type { IncidentStore } from '../app/store.ts';
import { incidentOfRun, type Run, type RunState } from '../domain/run.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';

/**
 * One run at a time for what it changes. The lock is the name of the run, not a lease: a crash leaves it with its run, which goes on.
 * Whether its run is through is asked of the incident, so that a lock that was not given back is nobody's.
 */
export interface RunLock {
  /** `null`: it is this run's now; else the run that has it. */
  take(what: string, run: string): Promise<string | null>;
  release(what: string, run: string): Promise<void>;
  /** The run that has it and may still change what it is for; `null`: nobody. */
  holder(what: string): Promise<string | null>;
  /** Written down before a run sends its change: other incidents learn from it whose work they see. */
  sending(what: string, run: string): Promise<void>;
  /** The runs that have sent a change of it of late, or were about to, of all incidents; the oldest first. */
  changers(what: string): Promise<readonly Run[]>;
}

/** From when it is taken until the change is through: what is only measured any more has no use for it. */
const HOLDING: ReadonlySet<RunState> = new Set(['approved', 'executing']);

/** Far longer than any run; what is left over in the end is forgotten. */
const KEPT_S = 7 * 86_400;
/** So many who sent something to one thing are remembered. */
const CHANGERS = 10;

export function createRunLock(
  redis: Redis,
  keys: Pick<Keys, 'runLock' | 'runChangers'>,
  store: Pick<IncidentStore, 'load'>,
): RunLock {
  const lock = script(redis, new URL('./lock.lua', import.meta.url));
  const unlock = script(redis, new URL('./unlock.lua', import.meta.url));

  async function load(run: string): Promise<Run | null> {
    const incident = await store.load(incidentOfRun(run));
    return incident?.runs.find(({ id }) => id === run) ?? null;
  }

  async function isGoing(run: string): Promise<boolean> {
    const found = await load(run);
    return found !== null && HOLDING.has(found.state);
  }

  return {
    async take(what, run) {
      const holder = String(await lock(1, keys.runLock(what), run, '', KEPT_S));
      if (holder === run) return null;
      if (await isGoing(holder)) return holder;
      const next = String(await lock(1, keys.runLock(what), run, holder, KEPT_S));
      return next === run ? null : next;
    },
    release: async (what, run) => void (await unlock(1, keys.runLock(what), run)),
    async holder(what) {
      const holder = await redis.get(keys.runLock(what));
      return holder !== null && (await isGoing(holder)) ? holder : null;
    },
    async sending(what, run) {
      const key = keys.runChangers(what);
      await redis.multi().rpush(key, run).ltrim(key, -CHANGERS, -1).expire(key, KEPT_S).exec();
    },
    async changers(what) {
      const ids = [...new Set(await redis.lrange(keys.runChangers(what), 0, -1))];
      return (await Promise.all(ids.map(load))).filter((run) => run !== null);
    },
  };
}
