import type { IncidentEvent } from './incident.ts';

/** Whether an event is told to one person by a direct message of its own: a letter. */
export function isLetter(event: IncidentEvent): boolean {
  switch (event.type) {
    case 'asked_owner':
    case 'deadline_reminded':
      return true;
    case 'assigned':
      return event.to !== event.by;
    case 'deadline_set':
    case 'deadline_changed':
      return event.owner !== null && event.owner !== event.by;
    case 'unacknowledged':
      return event.owner !== null && event.owner !== event.by;
    default:
      return false;
  }
}

/** The letters among new events, as the versions that they make of an incident that had `seen` events. */
export function lettersOf(events: readonly IncidentEvent[], seen: number): number[] {
  return events.flatMap((event, i) => (isLetter(event) ? [seen + i + 1] : []));
}
