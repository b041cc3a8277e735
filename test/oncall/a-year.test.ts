import { describe, expect, it } from 'vitest';
import type { Layer, Rotation } from '../../src/oncall/rotation.ts';
import { gaps, shifts, whoIsOnCall } from '../../src/oncall/shifts.ts';
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

/** A year and a day of the clock on the wall, step by step. */
function yearOf(zone: string, from: string): Step[] {
  const begin = Date.parse(`${from}T00:00Z`) - DAY;
  return Array.from({ length: (367 * DAY) / STEP }, (_, i) => ({
    at: begin + i * STEP,
    clock: clockIn(zone, begin + i * STEP),
  }));
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
function whoByShifts(one: Rotation, steps: readonly Step[], from: number, to: number): (string | null)[] {
  const list = shifts(one, [], from, to);
  let next = 0;
  return steps.map(({ at }) => {
    while ((list[next]?.to ?? Number.POSITIVE_INFINITY) <= at) next++;
    const shift = list[next];
    return shift && shift.from <= at ? shift.person : null;
  });
}

describe.each(ZONES)('a year in %s', (zone, from) => {
  const steps = yearOf(zone, from);
  const begin = steps[0]?.at ?? 0;
  const end = begin + steps.length * STEP;

  it.each(TURNS)('with turns of %s is as if somebody had looked at the clock', (_, hours, handOff) => {
    const first = `${from}T${handOff}`;
    const one = rotation(layer({ zone, start: wall(first), turnMs: hours * HOUR }, ...PEOPLE));
    const expected = whoAtEachStep(steps, first, hours);

    expect(whoByShifts(one, steps, begin, end)).toEqual(expected);
    const asked = steps.filter((_step, i) => i % 29 === 0);
    expect(asked.map(({ at }) => whoIsOnCall(one, [], at)?.person ?? null)).toEqual(
      expected.filter((_person, i) => i % 29 === 0),
    );
  });

  it.each(TURNS)('with turns of %s has no gap and no overlap', (_, hours, handOff) => {
    const one = rotation(layer({ zone, start: wall(`${from}T${handOff}`), turnMs: hours * HOUR }, ...PEOPLE));
    const list = shifts(one, [], begin, end);

    expect(list.slice(1).filter((shift, i) => shift.from !== list[i]?.to)).toEqual([]);
    expect(gaps(one, [], list[0]?.from ?? 0, end)).toEqual([]);
    expect(list.at(-1)?.to).toBe(end);
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
    const steps = yearOf('UTC', '2026-01-10').map(({ at }) => at);
    const expected = steps.map((at) => {
      const place = places.find(([, zone]) => /T(?:0[89]|1[0-5]):/.test(clockIn(zone, at)));
      return place?.[0] ?? null;
    });

    expect(steps.map((at) => whoIsOnCall(rotation(...layers), [], at)?.person ?? null)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([ANA, BEN, CAT, null]));
  });
});

describe('a year of nights and weekends', () => {
  const weekdays = { days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 };
  const friday = { days: [5], from: 17 * 60, minutes: 64 * 60 };

  it.each(ZONES)('in %s has the week, the weekend and the nights each with their own people', (zone, from) => {
    const start = wall(`${from}T00:00`);
    const one = rotation(
      layer({ name: 'days', zone, start, turnMs: DAY, hours: [weekdays] }, ANA),
      layer({ name: 'weekends', zone, start, turnMs: DAY, hours: [friday] }, BEN),
      layer({ name: 'nights', zone, start, turnMs: DAY }, CAT),
    );
    const steps = yearOf(zone, from).filter(({ clock }) => clock >= `${from}T00:00`);
    const expected = steps.map(({ clock }) => {
      const [day, time] = [weekday(clock), clock.slice(11)];
      if (day <= 5 && time >= '09:00' && time < '17:00') return ANA;
      const isWeekend = (day === 5 && time >= '17:00') || day > 5 || (day === 1 && time < '09:00');
      return isWeekend ? BEN : CAT;
    });

    const begin = steps[0]?.at ?? 0;
    expect(whoByShifts(one, steps, begin, begin + (steps.length + 200) * STEP)).toEqual(expected);
  });
});
