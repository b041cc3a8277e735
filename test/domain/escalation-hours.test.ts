import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWorkingTime } from '../../src/domain/calendar.ts';
import { reachedAt, STOPPED, settled } from '../../src/domain/escalation-clock.ts';
import { afterWorking, firstOutside, workingMsBetween } from '../../src/domain/escalation-hours.ts';
import type { Calendar } from '../../src/domain/service.ts';
import { HOUR, MINUTE, OFFICE, T0 } from './escalation-given.ts';

/** Work that is not done in the hours in which clocks change. */
const calendars: fc.Arbitrary<Calendar> = fc
  .record({
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Toronto', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: fc.integer({ min: 5 * 60, max: 20 * 60 }),
    length: fc.integer({ min: 20, max: 4 * 60 }),
    holidays: fc.subarray(['2026-03-30', '2026-10-26', '2026-11-02']),
  })
  .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length }));
/** Around the nights in which clocks change, in whole minutes. */
const moments = fc
  .tuple(
    fc.constantFrom(Date.UTC(2026, 2, 26), Date.UTC(2026, 3, 2), Date.UTC(2026, 9, 22), Date.UTC(2026, 9, 30)),
    fc.nat(5 * 24 * 60),
  )
  .map(([from, minute]) => from + minute * MINUTE);

it('working time is every minute in which people work, one by one', () => {
  fc.assert(
    fc.property(calendars, moments, fc.nat(26 * 60), (calendar, from, minutes) => {
      let counted = 0;
      for (let i = 0; i < minutes; i++) if (isWorkingTime(calendar, from + i * MINUTE)) counted += 1;

      expect(workingMsBetween(calendar, from, from + minutes * MINUTE)).toBe(counted * MINUTE);
    }),
    { numRuns: 25 },
  );
});

it('the moment after so much work is the first working one by which so much was done', () => {
  fc.assert(
    fc.property(calendars, moments, fc.nat(10 * 60), (calendar, from, minutes) => {
      const at = afterWorking(calendar, from, minutes * MINUTE);

      if (at === null) throw new Error('these calendars have work');
      expect(isWorkingTime(calendar, at)).toBe(true);
      expect(workingMsBetween(calendar, from, at)).toBe(minutes * MINUTE);
    }),
    { numRuns: 60 },
  );
});

it('the first moment outside work is now, or the end of it', () => {
  fc.assert(
    fc.property(calendars, moments, (calendar, from) => {
      const at = firstOutside(calendar, from) ?? Number.NaN;

      expect(isWorkingTime(calendar, at)).toBe(false);
      expect(workingMsBetween(calendar, from, at)).toBe(at - from);
    }),
    { numRuns: 60 },
  );
});

it('where nobody works nothing is reached, and where everybody always does nothing is outside', () => {
  const holidays = Array.from({ length: 500 }, (_, i) => new Date(T0 + i * 24 * HOUR).toISOString().slice(0, 10));
  const always: Calendar = { zone: 'UTC', days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 * 60, holidays: [] };

  expect(afterWorking({ ...OFFICE, holidays }, T0, 0)).toBeNull();
  expect(firstOutside(always, T0)).toBeNull();
  expect(workingMsBetween(always, T0, T0 + 100 * HOUR)).toBe(100 * HOUR);
  expect(workingMsBetween(always, T0, T0 - HOUR)).toBe(0);
});

it('a clock that is put off begins again where it stood', () => {
  const running = settled(STOPPED, T0, OFFICE, T0);
  const held = settled(running, T0 + 8 * HOUR, OFFICE, T0 + 2 * HOUR);

  expect(reachedAt(held, 'wall', OFFICE, 3 * HOUR)).toBe(T0 + 9 * HOUR);
  expect(reachedAt(held, 'work', OFFICE, 0)).toBe(T0 + 8 * HOUR);
  expect(settled(held, T0 + 3 * HOUR, OFFICE, T0 + 3 * HOUR).since).toBe(T0 + 3 * HOUR);
  expect(reachedAt(settled(running, null, OFFICE, T0 + HOUR), 'wall', OFFICE, 3 * HOUR)).toBeNull();
});
