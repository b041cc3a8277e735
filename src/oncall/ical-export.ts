import type { Override, Rotation, Shift, Span } from '../domain/rotation.ts';
import { momentValue, property, textValue } from './ical-text.ts';
import { shifts } from './shifts.ts';

const HOUR_MS = 3_600_000;

/** What a calendar needs besides the rotation. */
export interface CalendarWishes extends Span {
  /** Only the shifts of this person; `null`: everybody's. */
  readonly person: string | null;
  /** When the text is made, epoch ms. */
  readonly now: number;
  /** What people are called; an id where it does not know. */
  readonly nameOf: (person: string) => string;
}

/**
 * The shifts that lie within a span or touch it, whole, as text of iCalendar (RFC 5545). An event is known by its rotation, its layer and
 * the moment at which it begins, so that another text of the same rotation changes events instead of adding more.
 */
export function calendarOf(rotation: Rotation, overrides: readonly Override[], wishes: CalendarWishes): string {
  const events = wholeShifts(rotation, overrides, wishes)
    .filter(({ person }) => wishes.person === null || person === wishes.person)
    .map((shift) => eventOf(rotation, shift, overrides, wishes));
  return [
    property('BEGIN', 'VCALENDAR'),
    property('VERSION', '2.0'),
    property('PRODID', '-//Tocsin//On call//EN'),
    property('CALSCALE', 'GREGORIAN'),
    property('METHOD', 'PUBLISH'),
    property('X-WR-CALNAME', textValue(`On call: ${rotation.title}`)),
    property('X-WR-TIMEZONE', rotation.zone),
    property('REFRESH-INTERVAL;VALUE=DURATION', 'PT1H'),
    property('X-PUBLISHED-TTL', 'PT1H'),
    ...events,
    property('END', 'VCALENDAR'),
  ].join('');
}

/** Shifts are no longer than the longest turn, or the longest override, and the hour or the day that clocks may add. */
function wholeShifts(rotation: Rotation, overrides: readonly Override[], { from, to }: Span): Shift[] {
  const lengths = [...rotation.layers.map(({ turnMs }) => turnMs), ...overrides.map((one) => one.to - one.from)];
  const margin = Math.max(0, ...lengths) + 25 * HOUR_MS;
  return shifts(rotation, overrides, from - margin, to + margin).filter((shift) => shift.from < to && shift.to > from);
}

function eventOf(
  rotation: Rotation,
  { person, from, to, by }: Shift,
  overrides: readonly Override[],
  { now, nameOf }: CalendarWishes,
): string {
  const origin = by.kind === 'layer' ? by.layer : 'override';
  const note = by.kind === 'layer' ? '' : (overrides.find(({ id }) => id === by.id)?.note ?? '');
  return [
    property('BEGIN', 'VEVENT'),
    property('UID', `${rotation.name}/${origin}/${momentValue(from)}@tocsin`),
    property('DTSTAMP', momentValue(now)),
    property('DTSTART', momentValue(from)),
    property('DTEND', momentValue(to)),
    property('SUMMARY', textValue(`${nameOf(person)} on call (${rotation.title})`)),
    ...(note === '' ? [] : [property('DESCRIPTION', textValue(note))]),
    property('TRANSP', 'TRANSPARENT'), // being on call is no reason to decline a meeting
    property('END', 'VEVENT'),
  ].join('');
}
