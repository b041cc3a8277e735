import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { EvidenceStore, Snapshot } from '../app/evidence-store.ts';
import { MOMENTS } from '../domain/evidence.ts';
import type { Keys } from './keys.ts';

/** A little longer than an incident that is over is kept: it may take its time until then. */
const KEPT_S = 200 * 86_400;

/** What was known at each moment of an incident, packed (deflated JSON), one field each that is never written again. */
export function createEvidenceStore(redis: Redis, keys: Keys): EvidenceStore {
  return {
    async keep(incident, snapshot) {
      const packed = deflateRawSync(JSON.stringify(snapshot));
      const key = keys.evidence(incident);
      const results = await redis.multi().hsetnx(key, snapshot.moment, packed).expire(key, KEPT_S).exec();
      const [error, written] = results?.[0] ?? [new Error('The transaction was not run'), 0];
      if (error) throw error;
      return written === 1;
    },
    async snapshots(incident) {
      const found = await redis.hgetallBuffer(keys.evidence(incident));
      return MOMENTS.flatMap((moment) => {
        const packed = found[moment];
        return packed === undefined ? [] : [unpacked(packed)];
      });
    },
  };
}

/** Reads what `keep` has written, and nobody else. */
function unpacked(packed: Buffer): Snapshot {
  return JSON.parse(inflateRawSync(packed).toString()) as Snapshot;
}
