import { parentPort, workerData } from 'node:worker_threads';
import ical, { type VEvent } from 'node-ical';
import type { CalendarEvent } from '../oncall/ical-import.ts';

/** What a calendar is read for: events that touch the time from one moment to another (epoch ms). */
export interface ReadingTask {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** One more than are read, so that it shows that there were more. */
const MOST_EVENTS = 5_001;

/** The events of a calendar within a time, each recurrence one of its own. What somebody else wrote may recur without end, or never: run it where it can be stopped. */
function eventsIn({ text, from, to }: ReadingTask): CalendarEvent[] {
  const found: CalendarEvent[] = [];
  for (const one of Object.values(ical.sync.parseICS(text))) {
    if (one?.type !== 'VEVENT' || found.length >= MOST_EVENTS) continue;
    const within = { from: new Date(from), to: new Date(to), expandOngoing: true };
    const instances = ical.expandRecurringEvent(one as VEvent, within).slice(0, MOST_EVENTS - found.length);
    for (const { start, end, isFullDay, summary, event } of instances) {
      found.push({
        ...{ uid: event.uid, start: new Date(start), end: new Date(end), datetype: isFullDay ? 'date' : 'date-time' },
        ...{ summary, description: event.description, status: event.status, attendee: event.attendee },
      });
    }
  }
  return found;
}

parentPort?.postMessage(eventsIn(workerData as ReadingTask));
