import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { ExportRecord, ExportSource } from './export.ts';

const PAGE = 500;

/** The incidents of the store as rows, see `incidentsSince`. */
export function storedIncidents(
  store: Pick<IncidentStore, 'history' | 'loadMany'>,
  now: () => number,
  page = PAGE,
): ExportSource {
  return {
    async *incidents(since) {
      for await (const incident of incidentsSince(store, since, now, page)) yield recordOf(incident);
    },
  };
}

/** The incidents of the store, newest first, a page at a time. One that opens meanwhile may be missing; none comes twice. */
export async function* incidentsSince(
  store: Pick<IncidentStore, 'history' | 'loadMany'>,
  since: number,
  now: () => number,
  page = PAGE,
): AsyncIterable<Incident> {
  let until = now();
  let size = page;
  let before = new Set<string>();
  for (;;) {
    const ids = await store.history(since, until, size);
    const found = await store.loadMany(ids.filter((id) => !before.has(id)));
    yield* found;
    if (ids.length < size) return;

    const oldest = Math.min(until, ...found.map(({ openedAt }) => openedAt));
    // A whole page of one millisecond, or of incidents that are no longer kept: only a wider one gets past it.
    size = oldest === until ? size * 2 : page;
    until = oldest;
    before = new Set(ids);
  }
}

function recordOf(incident: Incident): ExportRecord {
  const { id, service, severity, incidentClass, drill, title, status, owner, milestones, members } = incident;
  return { id, service, severity, incidentClass, drill, title, status, owner, milestones, alarms: members.total };
}
