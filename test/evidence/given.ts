import type { Redis } from 'ioredis';
import type { AwsClients } from '../../src/aws/clients.ts';
import { createRenderer } from '../../src/charts/renderer.ts';
import type { Fact } from '../../src/domain/evidence.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import type { Service } from '../../src/domain/service.ts';
import { createBreaker } from '../../src/evidence/breaker.ts';
import { createGatherer } from '../../src/evidence/gatherer.ts';
import type { SnapshotDeps } from '../../src/evidence/snapshot.ts';
import { createGuardedFetch } from '../../src/probes/guarded-fetch.ts';
import { createProbes } from '../../src/probes/probes.ts';
import { createChangeLog } from '../../src/store/changes.ts';
import { createEvidenceStore } from '../../src/store/evidence.ts';
import { createEvidenceQueue } from '../../src/store/evidence-queue.ts';
import { createPastIncidents } from '../../src/store/past-incidents.ts';
import { type Clock, clockAt, processOn } from '../app/given.ts';
import { alert, MINUTE, T0 } from '../domain/given.ts';

export interface Logged {
  readonly level: 'warn' | 'error';
  readonly message: string;
}

/** A process of Tocsin that gathers evidence: all real, but for Slack and for what the test replaces. */
export function gatheringOn(
  redis: Redis,
  services: readonly Service[],
  aws: AwsClients,
  replaced: Partial<SnapshotDeps> & { readonly clock?: Clock } = {},
) {
  const { clock = clockAt(T0), ...others } = replaced;
  const { keys, ...tocsin } = processOn(redis, services, clock);
  const now = clock.now;
  const uploads: { readonly png: Uint8Array; readonly title: string }[] = [];
  const logged: Logged[] = [];
  const log = {
    warn: (_: object, message: string) => void logged.push({ level: 'warn', message }),
    error: (_: object, message: string) => void logged.push({ level: 'error', message }),
  };
  const queue = createEvidenceQueue(redis, keys);
  const evidence = createEvidenceStore(redis, keys);
  const changes = createChangeLog(redis, keys, now);
  const gatherer = createGatherer({
    queue,
    evidence,
    changes,
    store: tocsin.store,
    dispatch: tocsin.dispatch,
    services: () => services,
    aws,
    probes: createProbes({ aws, fetch: createGuardedFetch(), now, region: 'eu-central-1' }),
    past: createPastIncidents(redis, keys),
    renderer: createRenderer(),
    breaker: createBreaker(now),
    async upload(png, title) {
      uploads.push({ png, title });
      return `F0GRAPH${uploads.length}`;
    },
    measure: async () => undefined,
    withoutCard: async () => 0,
    now,
    log,
    ...others,
  });

  return {
    ...tocsin,
    keys,
    gatherer,
    queue,
    evidence,
    changes,
    uploads,
    logged,
    /** An alarm fires, and its card is posted. */
    async fires(name: string, more: Parameters<typeof alert>[3] = {}): Promise<string> {
      await tocsin.ingest([alert(name, 'firing', now() - MINUTE, more)]);
      const [id = ''] = await tocsin.store.openIds(1);
      await tocsin.dispatch(id, { type: 'posted', at: now() });
      return id;
    },
    /** Takes all snapshots that are due. */
    async gathers(): Promise<void> {
      await gatherer.run();
      await gatherer.idle();
    },
    async shown(id: string): Promise<readonly Fact[]> {
      return (await tocsin.store.load(id))?.evidence?.facts ?? [];
    },
    async edits(): Promise<IncidentEvent[]> {
      const ids = await tocsin.store.history(0, now() + 1e12, 1_000);
      const events = await Promise.all(ids.map((id) => tocsin.store.events(id)));
      return events.flat().filter(({ type }) => type === 'evidence');
    },
  };
}

export const texts = (facts: readonly Fact[]) => facts.map(({ kind, text }) => `${kind}: ${text}`);
