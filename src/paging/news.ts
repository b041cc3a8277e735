import type { Logger } from 'pino';
import type { LeftBehind } from '../app/page-way.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { DueQueue } from '../store/due-queue.ts';
import { type News, newsOf, standingOf } from './standing.ts';
import type { Remembered, Told } from './told.ts';

export interface NewsDeps {
  readonly store: Pick<IncidentStore, 'load' | 'loadMany'>;
  readonly queue: DueQueue;
  readonly told: Pick<Told, 'of' | 'forget' | 'said'>;
  /** Tells one of them. `gone`: it cannot be told, now or later. Throws what may pass. */
  readonly tell: Readonly<{
    [K in LeftBehind['kind']]: (
      left: Extract<LeftBehind, { kind: K }>,
      incidents: readonly Incident[],
      news: News,
    ) => Promise<'told' | 'gone'>;
  }>;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

/** Brings up to date what pages have left behind: nobody acknowledges what somebody has, and no pager rings on for it. */
export function createNews(deps: NewsDeps): (entries: readonly string[]) => readonly Promise<void>[] {
  return (entries) => entries.map((id) => bringUpToDate(deps, id));
}

async function bringUpToDate(deps: NewsDeps, id: string): Promise<void> {
  const { store, queue, told, now } = deps;
  const incident = await store.load(id);
  if (!incident) return await queue.done(id);
  const all = await told.of(id);
  await Promise.all(all.map((one) => tellOne(deps, incident, one)));
  await queue.doneAt(id, incident, now());
}

async function tellOne(deps: NewsDeps, incident: Incident, { left, said, asSent }: Remembered): Promise<void> {
  const others = left.kind === 'message' ? left.incidents.filter((id) => id !== incident.id) : [];
  const incidents = [incident, ...(await deps.store.loadMany(others))];
  const news = incidents.map(standingOf).sort().join('\n');
  const isAsSent = newsOf(incident) === 'waiting' || standingOf(incident) === asSent;
  if (said === null ? isAsSent : said === news) return;
  const outcome = await tell(deps.tell, left, incidents, newsOf(incident));
  await (outcome === 'gone' ? deps.told.forget(incident.id, left) : deps.told.said(incident.id, left, news));
}

function tell(tellers: NewsDeps['tell'], left: LeftBehind, incidents: readonly Incident[], news: News) {
  switch (left.kind) {
    case 'message':
      return tellers.message(left, incidents, news);
    case 'pagerduty':
      return tellers.pagerduty(left, incidents, news);
    case 'webhook':
      return tellers.webhook(left, incidents, news);
  }
}
