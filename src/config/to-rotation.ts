import type { z } from 'zod';
import type { CalendarSource, Hours, Layer, Rotation, Seat, WallTime } from '../domain/rotation.ts';
import { parseWall, wallText, weekdayOf } from '../oncall/zone.ts';
import {
  type HoursEntry,
  type LayerEntry,
  type RotationEntry,
  WEEKDAYS,
  type WrittenLayer,
  type WrittenRotation,
} from './file-rotations.ts';
import { peopleIn, resolved, type Variables } from './variables.ts';

const DAY_MINUTES = 1_440;
const DAY_MS = 86_400_000;
const UNITS = { h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const;
const TURN = /^(?<count>[1-9]\d{0,2})(?<unit>[hdw])$/;

/**
 * The rotation that a valid entry describes. `zone` is where it says none; `variables` are what `${NAME}` stands for. A layer whose
 * variables name nobody has no seats; a calendar whose variable is not set is none.
 */
export function toRotation(name: string, entry: RotationEntry, zone: string, variables: Variables = {}): Rotation {
  const ownZone = entry.zone ?? zone;
  return {
    name,
    title: entry.title ?? name,
    zone: ownZone,
    layers: entry.layers.map((layer, index) => toLayer(layer, index, ownZone, variables)),
    mayHaveGaps: entry.gaps === 'allowed',
    calendar: toCalendarSource(entry.calendar, variables),
    group: entry.group ?? null,
  };
}

function toCalendarSource(entry: RotationEntry['calendar'], variables: Variables): CalendarSource | null {
  if (entry?.file !== undefined) return { kind: 'file', at: entry.file, people: entry.people };
  const at = entry?.url === undefined ? null : resolved(entry.url, variables);
  return entry === undefined || at === null ? null : { kind: 'url', at, people: entry.people };
}

function toLayer(entry: LayerEntry, index: number, zone: string, variables: Variables): Layer {
  const first = wallOrNull(`${entry.start}T${entry.at}`) ?? 0; // the schema wants a date and a time
  const daysLater = entry.day === undefined ? 0 : (WEEKDAYS.indexOf(entry.day) + 8 - weekdayOf(first)) % 7;
  return {
    name: entry.name ?? `layer-${index + 1}`,
    zone: entry.zone ?? zone,
    seats: entry.members.flatMap((member) => toSeats(member, variables)),
    turnMs: turnMs(entry.every),
    start: first + daysLater * DAY_MS,
    until: wallOrNull(entry.until),
    hours: entry.hours.map(toHours),
  };
}

function toSeats(member: LayerEntry['members'][number], variables: Variables): Seat[] {
  if (typeof member === 'string') {
    return peopleIn(member, variables).map((person) => ({ person, from: null, until: null }));
  }
  return [{ person: member.person, from: wallOrNull(member.from), until: wallOrNull(member.until) }];
}

function toHours({ days, from, to }: LayerEntry['hours'][number]): Hours {
  const numbers = days.map((day) => WEEKDAYS.indexOf(day) + 1);
  const [time = '', toDay] = to.split(' ').toReversed();
  const length = minutes(time) - minutes(from);
  if (toDay === undefined) {
    return { days: numbers, from: minutes(from), minutes: length > 0 ? length : length + DAY_MINUTES };
  }
  const daysLater = (WEEKDAYS.indexOf(toDay as (typeof WEEKDAYS)[number]) + 8 - (numbers[0] ?? 1)) % 7;
  const whole = daysLater * DAY_MINUTES + length;
  return { days: numbers, from: minutes(from), minutes: whole > 0 ? whole : whole + 7 * DAY_MINUTES };
}

function turnMs(every: string): number {
  const groups = TURN.exec(every.replace('daily', '1d').replace('weekly', '1w'))?.groups;
  return Number(groups?.count ?? 1) * UNITS[(groups?.unit ?? 'w') as keyof typeof UNITS];
}

function minutes(time: string): number {
  const [hours, rest] = time.split(':');
  return Number(hours) * 60 + Number(rest);
}

function wallOrNull(text: string | undefined): WallTime | null {
  return text === undefined ? null : parseWall(text);
}

/** The entry that `toRotation` reads as this rotation, its calendar left out: what an import writes into a service file. */
export function rotationEntry({ title, zone, layers, mayHaveGaps, group }: Rotation): WrittenRotation {
  return {
    title,
    zone,
    ...(mayHaveGaps ? { gaps: 'allowed' as const } : {}),
    layers: layers.map((layer) => layerEntry(layer, zone)),
    ...(group === null ? {} : { group }),
  };
}

function layerEntry(layer: Layer, zone: string): WrittenLayer {
  const [start = '', at = '00:00'] = wallText(layer.start).split('T');
  return {
    name: layer.name,
    members: layer.seats.map(memberEntry),
    every: turnText(layer.turnMs),
    ...{ start, at },
    ...(layer.until === null ? {} : { until: wallText(layer.until) }),
    ...(layer.zone === zone ? {} : { zone: layer.zone }),
    ...(layer.hours.length === 0 ? {} : { hours: layer.hours.flatMap(hoursEntries) }),
  };
}

function memberEntry({ person, from, until }: Seat): WrittenLayer['members'][number] {
  if (from === null && until === null) return person;
  return {
    person,
    ...(from === null ? {} : { from: wallText(from) }),
    ...(until === null ? {} : { until: wallText(until) }),
  };
}

type WrittenHours = z.input<typeof HoursEntry>;

/** Hours longer than a day are one entry for each day on which they begin, as their end has a weekday. */
function hoursEntries({ days, from, minutes: length }: Hours): WrittenHours[] {
  const end = from + length;
  const time = timeText(end % DAY_MINUTES);
  const begin = { from: timeText(from) };
  if (length <= DAY_MINUTES) {
    return [{ ...begin, days: days.map(weekday), to: end === DAY_MINUTES ? '24:00' : time }];
  }
  return days.map((day) => ({
    ...begin,
    days: [weekday(day)],
    to: `${weekday(day + Math.floor(end / DAY_MINUTES))} ${time}`,
  }));
}

function weekday(day: number): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[(day - 1) % 7] ?? 'mon';
}

function turnText(ms: number): string {
  const [unit, one] = Object.entries(UNITS).findLast(([, length]) => ms % length === 0) ?? ['h', UNITS.h];
  return `${ms / one}${unit}`;
}

function timeText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
