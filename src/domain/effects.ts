import { type Incident, type IncidentEvent, TOCSIN } from './incident.ts';

/**
 * How soon a change must show: what people do shows at once, what machines do is coalesced, and bookkeeping shows
 * nowhere.
 */
export type Lane = 'people' | 'machine' | 'quiet';

const QUIET: ReadonlySet<IncidentEvent['type']> = new Set([
  'posted',
  'seen',
  'page_passed',
  'page_sent',
  'page_dropped',
  'value_held',
  'deadline_reminded',
  'run_sent',
]);

export function laneOf(events: readonly IncidentEvent[]): Lane {
  if (events.every((event) => QUIET.has(event.type) || (event.type === 'page_failed' && !isTrouble(event))))
    return 'quiet';
  return events.some((event) => 'by' in event && event.by !== TOCSIN) ? 'people' : 'machine';
}

/** Whether somebody who ought to be told cannot be. */
function isTrouble({ isLast, isOwner }: Extract<IncidentEvent, { type: 'page_failed' }>): boolean {
  return isLast && isOwner !== true;
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
    case 'page_due':
    case 'page_passed':
    case 'page_sent':
    case 'page_dropped':
    case 'asked_owner':
    case 'value_held':
    case 'deadline_reminded':
    case 'run_began':
    case 'run_sent':
    case 'run_progressed':
    case 'run_sampled':
      return false;
    case 'page_failed':
      return isTrouble(event) && after.silencedUntil === null;
    case 'recovered':
    case 'relapsed':
    case 'answer_overdue':
      return after.silencedUntil === null;
    case 'deadline_set':
    case 'deadline_changed':
      return event.by !== TOCSIN; // the card says what the rule wants by when
    case 'severity_set':
      return event.by !== TOCSIN || after.silencedUntil === null;
    default:
      return true;
  }
}
