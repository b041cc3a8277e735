import { type Incident, type IncidentEvent, TOCSIN } from './incident.ts';

/**
 * How soon a change must show: what people do shows at once, what machines do is coalesced, and bookkeeping shows
 * nowhere.
 */
export type Lane = 'people' | 'machine' | 'quiet';

const QUIET: ReadonlySet<IncidentEvent['type']> = new Set(['posted', 'seen']);

export function laneOf(events: readonly IncidentEvent[]): Lane {
  if (events.every(({ type }) => QUIET.has(type))) return 'quiet';
  return events.some((event) => 'by' in event && event.by !== TOCSIN) ? 'people' : 'machine';
}

/** Whether an event gets one line in the card's thread. Alarms show on the card itself; a silence is silent. */
export function isTold(event: IncidentEvent, after: Incident): boolean {
  switch (event.type) {
    case 'opened':
    case 'alarms':
    case 'posted':
    case 'seen':
    case 'graded':
    case 'easing':
    case 'evidence':
    case 'step_ticked':
    case 'step_checked':
      return false;
    case 'recovered':
    case 'relapsed':
    case 'answer_overdue':
      return after.silencedUntil === null;
    case 'severity_set':
      return event.by !== TOCSIN || after.silencedUntil === null;
    default:
      return true;
  }
}
