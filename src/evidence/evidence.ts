import type { Redis } from 'ioredis';
import { createMeasureRound } from '../app/measure.ts';
import { createRenderer } from '../charts/renderer.ts';
import { translated } from '../store/errors.ts';
import { createEvidenceQueue } from '../store/evidence-queue.ts';
import type { Keys } from '../store/keys.ts';
import { createPastIncidents } from '../store/past-incidents.ts';
import { createBreaker } from './breaker.ts';
import { createGatherer, type GathererDeps } from './gatherer.ts';

type Made = 'queue' | 'past' | 'renderer' | 'breaker';

export interface EvidenceDeps extends Omit<GathererDeps, Made> {
  readonly redis: Redis;
  readonly keys: Keys;
}

export interface Evidence {
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  stop(): Promise<void>;
}

/** A little less than the time between two rounds, so that of all processes one does each. */
const ROUND_MS = 50_000;

/** Everything that finds out what somebody would look up, joined. */
export function createEvidence({ redis, keys, ...deps }: EvidenceDeps): Evidence {
  const renderer = createRenderer();
  const gatherer = createGatherer({
    ...deps,
    renderer,
    queue: translated(createEvidenceQueue(redis, keys)),
    past: translated(createPastIncidents(redis, keys)),
    breaker: createBreaker(deps.now),
  });
  const isMyRound = async () => (await redis.set(keys.lease('measuring'), '1', 'PX', ROUND_MS, 'NX')) === 'OK';
  const openIds = async (limit: number) => ((await isMyRound()) ? await deps.store.openIds(limit) : []);
  return {
    chores: [
      { name: 'evidence', run: gatherer.run },
      { name: 'measuring', run: createMeasureRound({ store: { openIds }, measure: deps.measure, now: deps.now }) },
    ],
    async stop() {
      await gatherer.stop();
      renderer.stop();
    },
  };
}
