import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfNextBusinessDay, isWorkingTime } from '../../src/domain/calendar.ts';
import type { Calendar } from '../../src/domain/service.ts';

const BERLIN: Calendar = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, holidays: [] };
const HOUR = 3_600_000;

describe('the end of the next business day', () => {
  it.each<[string, Partial<Calendar>, string, string]>([
    ['after a Monday morning is on Tuesday', {}, '2026-11-23T10:00+01:00', '2026-11-24T17:00+01:00'],
    ['after a Monday before work is on Tuesday', {}, '2026-11-23T02:00+01:00', '2026-11-24T17:00+01:00'],
    ['after a Monday just before midnight is on Tuesday', {}, '2026-11-23T23:59+01:00', '2026-11-24T17:00+01:00'],
    ['after a Friday is on Monday', {}, '2026-11-27T10:00+01:00', '2026-11-30T17:00+01:00'],
    ['after a Saturday is on Monday', {}, '2026-11-28T10:00+01:00', '2026-11-30T17:00+01:00'],
    ['after a Sunday is on Monday', {}, '2026-11-29T23:30+01:00', '2026-11-30T17:00+01:00'],
    ['is by the local day: it is Monday there already', {}, '2026-11-22T23:30Z', '2026-11-24T17:00+01:00'],
    [
      'leaves holidays out',
      { holidays: ['2026-11-24', '2026-11-25'] },
      '2026-11-23T10:00+01:00',
      '2026-11-26T17:00+01:00',
    ],
    [
      'leaves a holiday on a Monday out',
      { holidays: ['2026-11-30'] },
      '2026-11-27T10:00+01:00',
      '2026-12-01T17:00+01:00',
    ],
    ['over the new year', { holidays: ['2027-01-01'] }, '2026-12-31T10:00+01:00', '2027-01-04T17:00+01:00'],
    ['where Sunday is a working day', { days: [7, 1, 2, 3, 4] }, '2026-11-26T10:00+01:00', '2026-11-29T17:00+01:00'],
    ['on the day on which clocks go forward', { days: [7] }, '2026-03-28T10:00+01:00', '2026-03-29T17:00+02:00'],
    ['on the day on which clocks go back', { days: [7] }, '2026-10-24T10:00+02:00', '2026-10-25T17:00+01:00'],
    ['over the change of clocks', {}, '2026-03-27T10:00+01:00', '2026-03-30T17:00+02:00'],
    ['where work ends at midnight', { to: 24 * 60 }, '2026-11-23T10:00+01:00', '2026-11-25T00:00+01:00'],
    ['where work ends at half past', { to: 17 * 60 + 30 }, '2026-11-23T10:00+01:00', '2026-11-24T17:30+01:00'],
    ['in a zone of half hours', { zone: 'Asia/Kolkata' }, '2026-11-23T20:00Z', '2026-11-25T17:00+05:30'],
    ['far in the west', { zone: 'Pacific/Honolulu' }, '2026-11-23T09:00Z', '2026-11-23T17:00-10:00'],
    ['far in the east', { zone: 'Pacific/Kiritimati' }, '2026-11-23T09:00Z', '2026-11-24T17:00+14:00'],
    [
      'where midnight is skipped',
      { zone: 'Africa/Cairo', days: [5] },
      '2026-04-23T10:00+02:00',
      '2026-04-24T17:00+03:00',
    ],
    [
      'where a shift is half an hour',
      { zone: 'Australia/Lord_Howe', days: [7] },
      '2026-04-04T10:00+11:00',
      '2026-04-05T17:00+10:30',
    ],
  ])('%s', (_, calendar, from, expected) => {
    const end = endOfNextBusinessDay({ ...BERLIN, ...calendar }, Date.parse(from));

    expect(new Date(end).toISOString()).toBe(new Date(expected).toISOString());
  });

  it('is a year away where nobody ever works', () => {
    expect(endOfNextBusinessDay({ ...BERLIN, days: [] }, Date.UTC(2026, 0, 1))).toBe(Date.UTC(2027, 0, 2, 16));
  });
});

describe('working time', () => {
  it.each<[string, Partial<Calendar>, string, boolean]>([
    ['begins when work begins', {}, '2026-11-23T09:00+01:00', true],
    ['does not begin before', {}, '2026-11-23T08:59:59+01:00', false],
    ['lasts until work ends', {}, '2026-11-23T16:59:59+01:00', true],
    ['ends with it', {}, '2026-11-23T17:00+01:00', false],
    ['is not on a Saturday', {}, '2026-11-28T12:00+01:00', false],
    ['is not on a holiday', { holidays: ['2026-11-23'] }, '2026-11-23T12:00+01:00', false],
    ['is by the local clock', {}, '2026-11-23T08:00Z', true],
    ['is by the local clock in summer, too', {}, '2026-07-23T07:00Z', true],
    ['is by the local day', { zone: 'Pacific/Kiritimati' }, '2026-11-22T20:00Z', true],
    ['is all day long where it ends at 24:00', { from: 0, to: 24 * 60 }, '2026-11-23T23:59:59+01:00', true],
  ])('%s', (_, calendar, at, expected) => {
    expect(isWorkingTime({ ...BERLIN, ...calendar }, Date.parse(at))).toBe(expected);
  });
});

describe('laws of the calendar', () => {
  const zones = fc.constantFrom(
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Santiago', 'Africa/Cairo', 'Asia/Kathmandu'],
    ...['Australia/Lord_Howe', 'Pacific/Kiritimati', 'Pacific/Apia', 'America/St_Johns', 'Asia/Tehran', 'Pacific/Niue'],
  );
  const moments = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2040, 0, 1) });
  const calendars: fc.Arbitrary<Calendar> = fc.record({
    zone: zones,
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: fc.integer({ min: 0, max: 11 * 60 }),
    to: fc.integer({ min: 12 * 60, max: 23 * 60 }), // no zone changes its clocks at these times
    holidays: fc.constantFrom([], ['2026-12-25', '2026-12-26'], ['2027-01-01']),
  });

  /** Read off Intl, which the calculation does not use: the local date, its weekday and the minute of the day. */
  function local(zone: string, at: number) {
    const parts = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', weekday: 'short' },
    }).formatToParts(at);
    const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    return {
      date: `${of('year')}-${of('month')}-${of('day')}`,
      weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) + 1,
      minute: Number(of('hour')) * 60 + Number(of('minute')),
    };
  }
  const isWorked = ({ zone, days, holidays }: Calendar, at: number) => {
    const { date, weekday } = local(zone, at);
    return days.includes(weekday) && !holidays.includes(date);
  };

  it('the next business day ends when work does, on a working day, and there is none before it', () => {
    fc.assert(
      fc.property(calendars, moments, (calendar, from) => {
        const end = endOfNextBusinessDay(calendar, from);
        const [then, now] = [local(calendar.zone, end), local(calendar.zone, from)];

        expect(then.minute).toBe(calendar.to);
        expect(isWorked(calendar, end)).toBe(true);
        expect(then.date > now.date).toBe(true);
        for (let at = from; at < end; at += 6 * HOUR) {
          const { date } = local(calendar.zone, at);
          if (date > now.date && date < then.date) expect(isWorked(calendar, at)).toBe(false);
        }
      }),
    );
  });

  it('what comes later is not due sooner', () => {
    fc.assert(
      fc.property(calendars, moments, fc.integer({ min: 0, max: 10 * 24 * HOUR }), (calendar, from, later) => {
        expect(endOfNextBusinessDay(calendar, from + later)).toBeGreaterThanOrEqual(
          endOfNextBusinessDay(calendar, from),
        );
      }),
    );
  });

  it('people work between the beginning and the end of work on working days, and at no other time', () => {
    fc.assert(
      fc.property(calendars, moments, (calendar, at) => {
        const { minute } = local(calendar.zone, at);
        const expected = isWorked(calendar, at) && minute >= calendar.from && minute < calendar.to;

        expect(isWorkingTime(calendar, at)).toBe(expected);
      }),
    );
  });
});
