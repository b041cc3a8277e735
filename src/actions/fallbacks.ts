import type { Redis } from 'ioredis';
import type { Serving } from '../app/actions.ts';
import type { Incident } from '../domain/incident.ts';
import type { Run } from '../domain/run.ts';
import type { Keys } from '../store/keys.ts';

/** What serves in the place of something better, until somebody switches back. */
export interface Fallbacks {
  all(): Promise<readonly Serving[]>;
  /** A run has changed what it was for: a fallback serves from now on, or does not any more. Twice is harmless. */
  changed(incident: Incident, run: Run): Promise<void>;
  /** Somebody has switched back without Tocsin: it does not serve any more. */
  over(serving: Pick<Serving, 'service' | 'environment' | 'action'>): Promise<void>;
}

export interface FallbacksDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'fallbacks'>;
  /** What the cards there show of fallbacks has changed, or may have. */
  readonly onChange: (service: string, environment: string, hasMoved: boolean) => Promise<void>;
  readonly now: () => number;
}

export function createFallbacks({ redis, keys, onChange, now }: FallbacksDeps): Fallbacks {
  async function all(): Promise<readonly Serving[]> {
    const found = await redis.hvals(keys.fallbacks);
    return found.map((json) => JSON.parse(json) as Serving); // written here and nowhere else
  }

  return {
    all,
    async over({ service, environment, action }) {
      await redis.hdel(keys.fallbacks, `${service}/${environment}/${action}`);
      await onChange(service, environment, true);
    },
    async changed({ id: incident, service }, { id: run, plan, fallback, requestedBy }) {
      const { environment, action } = plan;
      const name = (one: string) => `${service}/${environment}/${one}`;
      const ended = (await all()).filter(
        (one) => one.service === service && one.environment === environment && one.back === action,
      );
      for (const one of ended) await redis.hdel(keys.fallbacks, name(one.action));
      if (fallback) {
        const since = now();
        const serving: Serving = {
          ...{ service, environment, action, incident, run, since },
          ...{ back: fallback.back, banner: fallback.banner, by: requestedBy },
          remindMs: fallback.remindMs,
          remindAt: since + fallback.remindMs,
        };
        await redis.hset(keys.fallbacks, name(action), JSON.stringify(serving));
      }
      const hasMoved = fallback !== null || ended.length > 0;
      await onChange(service, environment, hasMoved); // also when nothing was left to write: a crash may have come in between
    },
  };
}
