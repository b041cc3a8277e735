import { apply } from '../../domain/apply.ts';
import { escalate } from '../../domain/escalation-due.ts';
import { nextAt } from '../../domain/escalation-next.ts';
import { situationOf } from '../../domain/escalation-situation.ts';
import { type Incident, type IncidentEvent, isOver } from '../../domain/incident.ts';
import { targetKey } from '../../domain/policy.ts';
import type { Service } from '../../domain/service.ts';
import type { History } from './histories.ts';

export type PageEvent = Extract<IncidentEvent, { type: 'page_due' }>;

/** The pages of an incident as they were, without those that were taken back before they reached anybody. */
export function pagesThen({ events }: History): PageEvent[] {
  const sent = new Set(events.flatMap((event) => (event.type === 'page_sent' ? [event.page] : [])));
  const dropped = new Set(events.flatMap((event) => (event.type === 'page_dropped' ? [event.page] : [])));
  return events.filter(
    (event): event is PageEvent => event.type === 'page_due' && (sent.has(event.page) || !dropped.has(event.page)),
  );
}

/** What the policy makes happen by itself. What people did stays, also what they escalated by hand. */
function isByPolicy(event: IncidentEvent): boolean {
  switch (event.type) {
    case 'page_due':
      return !event.isByHand;
    case 'page_passed':
    case 'page_sent':
    case 'page_failed':
    case 'page_dropped':
    case 'asked_owner':
      return true;
    case 'unacknowledged':
      return event.why === 'no_answer';
    default:
      return false;
  }
}

/**
 * The pages that the policy of the service as it is now would have made of the same history: alarms, values and clicks come when they
 * came. Conditions on values that nobody asked for then are not known, and bring nobody. An incident that is open lasts until `now`.
 */
export function pagesNow({ events }: History, service: Service, now: number): PageEvent[] {
  const [first] = events;
  const pages: PageEvent[] = [];
  let incident = apply(null, { ...first, escalation: service.escalation });
  const take = (event: IncidentEvent) => {
    incident = apply(incident, event);
    if (event.type === 'page_due') pages.push(event);
    for (const one of event.type === 'page_due' ? event.notify : []) {
      const target = targetKey(one);
      incident = apply(incident, { type: 'page_sent', at: event.at, page: (event as PageEvent).page, target, way: 0 });
    }
  };
  const wakeAt = (at: number) => {
    for (const event of pagesAt(incident, at)) take(event);
  };
  const passTo = (end: number, from: number) => {
    for (let at = from, next = nextOf(incident, at); next !== null && next < end; next = nextOf(incident, at)) {
      const before = incident.version;
      at = Math.max(next, at);
      wakeAt(at);
      if (incident.version === before) at += LOOK_MS;
    }
  };

  let last = first.at;
  for (const [i, event] of events.entries()) {
    if (isByPolicy(event)) continue;
    if (i > 0) {
      passTo(event.at, last);
      take(event);
      last = event.at;
    }
    if (isEndOfCommit(event, events[i + 1])) wakeAt(last);
  }
  if (!isOver(incident)) passTo(now, last);
  return pages;
}

/** What became true together is decided about once: it has one time, and what the policy made of it came last. */
function isEndOfCommit({ at }: IncidentEvent, next: IncidentEvent | undefined): boolean {
  return !next || next.at !== at || isByPolicy(next);
}

/** How often the bot looks at what is due, when it has to look again. */
const LOOK_MS = 1_000;

function pagesAt(incident: Incident, at: number): IncidentEvent[] {
  if (!incident.escalation || isOver(incident)) return [];
  const { policy, state } = incident.escalation;
  return escalate(policy, state, situationOf(incident, policy), at);
}

function nextOf(incident: Incident, at: number): number | null {
  if (!incident.escalation) return null;
  const { policy, state } = incident.escalation;
  const next = nextAt(policy, state, situationOf(incident, policy), at);
  return next === null ? null : Math.max(next, at);
}
