import { TOCSIN } from '../domain/incident.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import { noteKept } from './override.ts';
import { isSlackId, type People, personCalled } from './people.ts';
import { momentWords } from './words.ts';
import { instantOf } from './zone.ts';

const EVENTS_READ = 5_000;
const DAY_MS = 86_400_000;

/** A text of an event, with or without parameters: both forms occur. */
type Text = string | { readonly val?: unknown };

/**
 * One event of a calendar, as `node-ical` gives it: its `VEvent` where it does not recur, else one of these for each recurrence that it
 * expands to. Everything in it is foreign.
 */
export interface CalendarEvent {
  readonly uid: string;
  readonly start?: Date | undefined;
  readonly end?: Date | undefined;
  /** `date`: a whole day. Its `start` and `end` are then midnights of the zone of this process. */
  readonly datetype?: string | undefined;
  readonly summary?: Text | undefined;
  readonly description?: Text | undefined;
  readonly status?: string | undefined;
  readonly attendee?: Text | readonly Text[] | undefined;
  /** Whether it has single times (RDATE) besides, which `node-ical` does not expand. */
  readonly hasMore?: boolean;
}

/** What a calendar says about a rotation. */
export interface CalendarShifts {
  /** Weaker than any override that people make; of two that overlap the later one counts. */
  readonly overrides: readonly Override[];
  /** What was left out and why, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Who is on call by the events of a calendar. A person is found by the attendees of an event, by its whole title or by an e-mail address or a
 * Slack user id within it. Cancelled events are left out.
 */
export function shiftsFromCalendar(
  { name, zone }: Pick<Rotation, 'name' | 'zone'>,
  events: readonly CalendarEvent[],
  people: People,
): CalendarShifts {
  const overrides: Override[] = [];
  const warnings: string[] = [];
  for (const event of events.slice(0, EVENTS_READ)) {
    if (event.status?.toUpperCase() === 'CANCELLED') continue;
    const read = readEvent(event, name, zone, people);
    if (typeof read === 'string') warnings.push(read);
    else overrides.push(read);
  }
  if (events.length > EVENTS_READ) {
    warnings.push(`The calendar has ${events.length} events: only the first ${EVENTS_READ} were read.`);
  }
  const partly = new Map(events.filter(({ hasMore }) => hasMore).map((event) => [event.uid, textOf(event.summary)]));
  for (const title of partly.values()) {
    warnings.push(
      `The event "${title}" has single times as well (RDATE), which are not read: make each an event of its own.`,
    );
  }
  const inOrder = overrides.sort((a, b) => a.from - b.from || a.to - b.to);
  return { overrides: inOrder, warnings: [...warnings, ...doubled(inOrder, zone)] };
}

function readEvent(event: CalendarEvent, rotation: string, zone: string, people: People): Override | string {
  const title = textOf(event.summary);
  const { from, to } = timeOf(event, zone);
  if (Number.isNaN(from) || Number.isNaN(to))
    return `The event "${title}" has no time that can be read: it was left out.`;
  const when = momentWords(zone, from);
  if (from >= to) return `The event "${title}" of ${when} ends before it begins: it was left out.`;
  const names = namesIn(event, title);
  const person = personCalled(people, names) ?? names.find((name) => isSlackId(name) && !isWord(name));
  if (person === undefined) {
    return `The event "${title}" of ${when} names nobody who is known in Slack: it was left out. Invite them by their e-mail address, or make their name its title.`;
  }
  const id = `calendar:${String(event.uid).slice(0, 200)}:${from}`;
  return { id, rotation, person, by: TOCSIN, from, to, madeAt: 0, note: noteKept(textOf(event.description)) };
}

/** Days begin and end at midnight in the zone of the rotation. An event without an end takes no time, a day without one is that day. RFC 5545 §3.6.1. */
function timeOf({ start, end, datetype }: CalendarEvent, zone: string): { readonly from: number; readonly to: number } {
  if (!start) return { from: Number.NaN, to: Number.NaN };
  if (datetype !== 'date') return { from: start.getTime(), to: (end ?? start).getTime() };
  const day = midnight(start);
  return { from: instantOf(zone, day), to: instantOf(zone, end ? midnight(end) : day + DAY_MS) };
}

/** The day that a date of this process's zone shows, as a wall time. */
function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function namesIn({ attendee }: CalendarEvent, title: string): string[] {
  const attendees: readonly (Text | undefined)[] = Array.isArray(attendee) ? attendee : [attendee as Text | undefined];
  return [
    ...attendees.map((one) => textOf(one).replace(/^mailto:/i, '')),
    title,
    ...(title.match(/[^\s<>(),;:"]+@[^\s<>(),;:"]+/g) ?? []),
    ...(title.match(/\b[UW][A-Z0-9]{6,}\b/g) ?? []),
  ].filter((name) => name !== '');
}

/** `WEEKEND` is no person: an id has a digit, or has to be among the people of the file. */
function isWord(name: string): boolean {
  return !/\d/.test(name);
}

function textOf(text: Text | undefined): string {
  const value = typeof text === 'object' ? text?.val : text;
  return typeof value === 'string' ? value.trim().slice(0, 1_000).toWellFormed() : '';
}

/** Two at a time: one person is on call, so it is said who. */
function doubled(overrides: readonly Override[], zone: string): string[] {
  let latest: Override | undefined;
  return overrides.flatMap((one) => {
    const before = latest;
    if (!latest || one.to > latest.to) latest = one;
    if (!before || before.to <= one.from || before.person === one.person) return [];
    return [
      `From ${momentWords(zone, one.from)} the calendar has both ${before.person} and ${one.person}: ${one.person} is on call, whose event is the later one.`,
    ];
  });
}
