import type { IncidentStore } from '../app/store.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { ExportRequest, Write } from './export.ts';
import { incidentsSince } from './export-source.ts';

/** All that happened to one incident, oldest first. */
export interface ExportHistory {
  readonly id: string;
  readonly service: string;
  readonly events: readonly IncidentEvent[];
}

export interface HistorySource {
  /** Incidents that began at `since` (epoch milliseconds) or later, in any order. */
  histories(since: number): AsyncIterable<ExportHistory>;
}

/** Writes one line of JSON for each incident, without the policy that it was opened with. Returns how many there were. */
export async function exportHistories(
  source: HistorySource,
  { since, service }: Pick<ExportRequest, 'since' | 'service'>,
  write: Write,
): Promise<number> {
  let count = 0;
  for await (const history of source.histories(since)) {
    if (service !== null && history.service !== service) continue;
    await write(`${JSON.stringify({ ...history, events: history.events.map(withoutPolicy) })}\n`);
    count += 1;
  }
  return count;
}

/** It is some kilobytes, and whoever replays a history does so with another one. */
function withoutPolicy(event: IncidentEvent): IncidentEvent {
  return event.type === 'opened' ? { ...event, escalation: null } : event;
}

/** The incidents of the store with their events, newest first, a page at a time. */
export function storedHistories(
  store: Pick<IncidentStore, 'history' | 'loadMany' | 'events'>,
  now: () => number,
): HistorySource {
  return {
    async *histories(since) {
      for await (const { id, service } of incidentsSince(store, since, now)) {
        yield { id, service, events: await store.events(id) };
      }
    },
  };
}
