import { parentPort, workerData } from 'node:worker_threads';
import ical, { type DateWithTimeZone, type EventInstance, type VEvent } from 'node-ical';
import type { CalendarEvent } from '../oncall/ical-import.ts';
import { strangeZones, unfolded, withNamedZones, withZone } from './calendar-zones.ts';
import { endOf } from './event-end.ts';

/** What a calendar is read for: events that touch the time from one moment to another (epoch ms). */
export interface ReadingTask {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** IANA zone of times that name none. */
  readonly zone: string;
}

/** One more than are read, so that it shows that there were more. */
const MOST_EVENTS = 5_001;

/** The events of a calendar within a time, each recurrence one of its own. What somebody else wrote may recur without end, or never: run it where it can be stopped. */
function eventsIn({ text, from, to, zone }: ReadingTask): CalendarEvent[] {
  const found: CalendarEvent[] = [];
  for (const one of eventsOf(text, zone)) {
    if (found.length >= MOST_EVENTS) break;
    const within = { from: new Date(from), to: new Date(to), expandOngoing: true };
    const instances = ical.expandRecurringEvent(one, within).slice(0, MOST_EVENTS - found.length);
    found.push(...instances.map(timeOf).map((time) => ('rdate' in one ? { ...time, hasMore: true } : time)));
  }
  return found;
}

function timeOf(instance: EventInstance): CalendarEvent {
  const { start, end, isFullDay, summary, event } = instance;
  return {
    ...{ uid: event.uid, start: new Date(start), end: new Date(isFullDay ? end : endOf(instance)) },
    ...{ datetype: isFullDay ? 'date' : 'date-time', summary, description: event.description },
    ...{ status: event.status, attendee: event.attendee },
  };
}

/** The events as they are written. Where zones are called by names of somebody's own, they are read once more by the rules that stand beside them. */
function eventsOf(text: string, zone: string): VEvent[] {
  const whole = withZone(unfolded(text), zone);
  const events = parsed(whole);
  const strange = strangeZones(events.flatMap(zonesOf));
  return strange.length === 0 ? events : parsed(withNamedZones(whole, strange, zone));
}

function parsed(text: string): VEvent[] {
  return Object.values(ical.sync.parseICS(text)).filter((one): one is VEvent => one?.type === 'VEVENT');
}

function zonesOf({ start, end, recurrences = {} }: VEvent): (string | undefined)[] {
  const moved = Object.values(recurrences).flatMap((one) => [one.start, one.end]);
  return [start, end, ...moved].map((date) => (date as DateWithTimeZone | undefined)?.tz);
}

parentPort?.postMessage(eventsIn(workerData as ReadingTask));
