import type { Redis } from 'ioredis';
import type { AutoDone } from '../domain/autopilot.ts';
import type { Keys } from '../store/keys.ts';

/** What rules did, by service: caps and cool-downs count over all incidents, and a token survives the crash of who has made it. */
export interface AutopilotMemory {
  done(service: string): Promise<readonly AutoDone[]>;
  /** Writes down what is about to be done, unless that is written down already; answers what is. */
  intend(service: string, done: AutoDone): Promise<AutoDone>;
  /** Writes down what was done, in the place of anything that was intended. */
  record(service: string, done: AutoDone): Promise<void>;
}

/** Far longer than any cool-down, and than most incidents are open. */
const KEPT_MS = 60 * 86_400_000;

export function createAutopilotMemory(
  redis: Redis,
  keys: Pick<Keys, 'autopilotDid'>,
  now: () => number,
): AutopilotMemory {
  const field = ({ rule, incident }: AutoDone) => `${rule}/${incident}`;

  return {
    async done(service) {
      const key = keys.autopilotDid(service);
      const all = (await redis.hvals(key)).map((json) => JSON.parse(json) as AutoDone); // written below and nowhere else
      const old = all.filter(({ at }) => at < now() - KEPT_MS);
      if (old.length > 0) await redis.hdel(key, ...old.map(field));
      return all.filter((one) => !old.includes(one));
    },
    async intend(service, done) {
      const key = keys.autopilotDid(service);
      if ((await redis.hsetnx(key, field(done), JSON.stringify(done))) === 1) return done;
      const before = await redis.hget(key, field(done));
      return before === null ? done : (JSON.parse(before) as AutoDone);
    },
    async record(service, done) {
      await redis.hset(keys.autopilotDid(service), field(done), JSON.stringify(done));
    },
  };
}
