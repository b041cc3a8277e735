import type { Logger } from 'pino';
import { NAMED } from '../../blocks/page-message.ts';
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
  const incidents = await namedIn(deps, left, incident);
  const news = incidents.map(standingOf).sort().join('\n');
  const isAsSent = newsOf(incident) === 'waiting' || standingOf(incident) === asSent;
  if (incidents.length === 0 || (said === null ? isAsSent : said === news)) return;
  const outcome = await tell(deps.tell, left, incidents, newsOf(incident));
  if (outcome === 'gone') return await deps.told.forget(incident.id, left);
  await deps.told.said(incident.id, left, news);
  if (incidents.length > 1) await tellOne(deps, incident, { left, said: news }); // another edit, with newer news, may have come before this one
}

/** Those that a message shows, as they are now and in its order; none where it does not show this one. */
async function namedIn({ store }: NewsDeps, left: LeftBehind, incident: Incident): Promise<readonly Incident[]> {
  if (left.kind !== 'message') return [incident];
  const shown = left.incidents.slice(0, NAMED);
  if (!shown.includes(incident.id)) return [];
  return shown.length === 1 ? [incident] : await store.loadMany(shown);
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
