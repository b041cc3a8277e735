import type { Redis } from 'ioredis';
import type { PlanDraft } from '../app/actions.ts';
import type { Keys } from '../store/keys.ts';

/** Plans that somebody looks at, until they expire. */
export interface Drafts {
  keep(draft: PlanDraft): Promise<void>;
  load(id: string): Promise<PlanDraft | null>;
}

export function createDrafts(redis: Redis, keys: Pick<Keys, 'planDraft'>, now: () => number): Drafts {
  return {
    async keep(draft) {
      const leftMs = Math.max(1, draft.plan.expiresAt - now());
      await redis.set(keys.planDraft(draft.id), JSON.stringify(draft), 'PX', leftMs);
    },
    async load(id) {
      const json = await redis.get(keys.planDraft(id));
      return json === null ? null : (JSON.parse(json) as PlanDraft); // written above
    },
  };
}
