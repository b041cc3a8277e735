import type { Actor, Incident, IncidentEvent } from './incident.ts';

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

/** To whom the letter of an event goes (or to which channel), as the incident is now; `null`: to nobody. Whether it is still worth sending, who draws it says. */
export function recipientOf(
  event: IncidentEvent,
  { deadlines, channel }: Pick<Incident, 'deadlines' | 'channel'>,
): Actor | null {
  switch (event.type) {
    case 'asked_owner':
    case 'unacknowledged':
      return event.owner;
    case 'assigned':
      return event.to;
    case 'deadline_reminded':
      return event.to ?? channel; // what nobody has, or nobody has done, is said to all
    case 'deadline_set':
    case 'deadline_changed':
      return deadlines.find(({ id }) => id === event.id)?.owner ?? null;
    default:
      return null;
  }
}
