import { describe, expect, it } from 'vitest';
import type { Layer, Shift } from '../../src/domain/rotation.ts';
import { shifts, whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, BEN, CAT, DAY, HOUR, layer, MINUTE, rotation, wall } from './given.ts';
import { clockIn, later, weekday } from './wall-clock.ts';

/** No clock is ever set between two steps. */
const STEP = 15 * MINUTE;

const PEOPLE = [ANA, BEN, CAT];

/** The year, and a day on which nobody changes clocks from which turns are counted. */
const ZONES: readonly (readonly [zone: string, from: string])[] = [
  ['Europe/Berlin', '2026-01-05'],
  ['America/New_York', '2026-01-05'],
  ['Australia/Lord_Howe', '2026-01-05'],
  ['Asia/Kolkata', '2026-01-05'],
  ['Africa/Cairo', '2026-01-05'],
  ['America/Santiago', '2026-01-05'],
  ['America/St_Johns', '2026-01-05'],
  ['Pacific/Apia', '2011-07-04'],
];

const TURNS: readonly (readonly [what: string, hours: number, handOff: string])[] = [
  ['a week at 09:00', 168, '09:00'],
  ['a week at 00:00', 168, '00:00'],
  ['a day at 02:30, when clocks are set', 24, '02:30'],
  ['a day at 00:15, when others are set', 24, '00:15'],
  ['three days at 18:30', 72, '18:30'],
  ['twelve hours at 08:00', 12, '08:00'],
  ['five hours at 01:00', 5, '01:00'],
  ['an hour', 1, '00:00'],
];

interface Step {
  readonly at: number;
  readonly clock: string;
}

/** A year and two days of the clock on the wall, step by step. */
function yearOf(zone: string, from: string): Step[] {
  const begin = Date.parse(`${from}T00:00Z`) - DAY;
  return Array.from({ length: (367 * DAY) / STEP }, (_, i) => {
    const at = begin + i * STEP;
    return { at, clock: clockIn(zone, at) };
  });
}

/** Some of them, at all times of the day. */
function someOf<T>(steps: readonly T[]): T[] {
  return steps.filter((_, i) => i % 53 === 0);
}

/** Somebody looks at the clock and hands over as soon as it shows the time or a later one: nothing else is calculated. */
function whoAtEachStep(steps: readonly Step[], first: string, hours: number): (string | null)[] {
  let next = first;
  let turn = -1;
  return steps.map(({ clock }) => {
    while (clock >= next) {
      next = later(next, hours);
      turn++;
    }
    return turn < 0 ? null : (PEOPLE[turn % PEOPLE.length] ?? null);
  });
}

/** What is said of each step by the shifts that cover it. */
function whoByShifts(list: readonly Shift[], steps: readonly Step[]): (string | null)[] {
  let next = 0;
  return steps.map(({ at }) => {
    while ((list[next]?.to ?? Number.POSITIVE_INFINITY) <= at) next++;
    const shift = list[next];
    return shift && shift.from <= at ? shift.person : null;
  });
}

/** From Friday 17:00 to Monday 09:00. */
function isWeekend(day: number, time: string): boolean {
  return day > 5 || (day === 5 && time >= '17:00') || (day === 1 && time < '09:00');
}

describe.each(ZONES)('a year in %s', (zone, from) => {
  const steps = yearOf(zone, from);
  const begin = steps[0]?.at ?? 0;
  const end = begin + steps.length * STEP;

  it.each(
    TURNS,
  )('with turns of %s is as if somebody had looked at the clock, without gap or overlap', (_, hours, handOff) => {
    const first = `${from}T${handOff}`;
    const one = rotation(layer({ zone, start: wall(first), turnMs: hours * HOUR }, ...PEOPLE));
    const expected = whoAtEachStep(steps, first, hours);
    const list = shifts(one, [], begin, end);

    expect(whoByShifts(list, steps)).toEqual(expected);
    expect(someOf(steps).map(({ at }) => whoIsOnCall(one, [], at)?.person ?? null)).toEqual(someOf(expected));
    expect(list.slice(1).filter((shift, i) => shift.from !== list[i]?.to)).toEqual([]);
    expect(list.at(-1)?.to).toBe(end);
  });

  it('has the week, the weekend and the nights each with their own people', () => {
    const start = wall(`${from}T00:00`);
    const weekdays = { days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 };
    const friday = { days: [5], from: 17 * 60, minutes: 64 * 60 };
    const one = rotation(
      layer({ name: 'days', zone, start, turnMs: DAY, hours: [weekdays] }, ANA),
      layer({ name: 'weekends', zone, start, turnMs: DAY, hours: [friday] }, BEN),
      layer({ name: 'nights', zone, start, turnMs: DAY }, CAT),
    );
    const expected = steps.map(({ clock }) => {
      const [day, time] = [weekday(clock), clock.slice(11)];
      if (clock < `${from}T00:00`) return null;
      if (day <= 5 && time >= '09:00' && time < '17:00') return ANA;
      return isWeekend(day, time) ? BEN : CAT;
    });

    expect(whoByShifts(shifts(one, [], begin, end), steps)).toEqual(expected);
  });
});

describe('a year of following the sun', () => {
  const office = { days: [1, 2, 3, 4, 5, 6, 7], from: 8 * 60, minutes: 8 * 60 };
  const places: readonly (readonly [person: string, zone: string])[] = [
    [ANA, 'Europe/Berlin'],
    [BEN, 'America/Los_Angeles'],
    [CAT, 'Asia/Tokyo'],
  ];
  const layers: Layer[] = places.map(([person, zone]) =>
    layer({ name: person.toLowerCase(), zone, start: wall('2026-01-05'), turnMs: DAY, hours: [office] }, person),
  );

  it('has on call the first of the places where it is day, and nobody where it is day in none', () => {
    const steps = yearOf('UTC', '2026-01-10');
    const expected = steps.map(({ at }) => {
      const place = places.find(([, zone]) => /T(?:0[89]|1[0-5]):/.test(clockIn(zone, at)));
      return place?.[0] ?? null;
    });
    const one = rotation(...layers);
    const begin = steps[0]?.at ?? 0;

    expect(whoByShifts(shifts(one, [], begin, begin + steps.length * STEP), steps)).toEqual(expected);
    expect(someOf(steps).map(({ at }) => whoIsOnCall(one, [], at)?.person ?? null)).toEqual(someOf(expected));
    expect(new Set(expected)).toEqual(new Set([ANA, BEN, CAT, null]));
  });
});
