import { afterEach, describe, expect, it } from 'vitest';
import { type CalendarEvent, shiftsFromCalendar } from '../../src/oncall/ical-import.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, at, BEN, CAT, DAY, HOUR, override, rotation, T0 } from './given.ts';

const PEOPLE = { 'ana@example.com': ANA, 'Ben Miller': BEN };

function event(changes: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    uid: 'e1',
    start: new Date(T0),
    end: new Date(T0 + DAY),
    datetype: 'date-time',
    summary: 'Ben Miller',
    ...changes,
  };
}

function read(...events: CalendarEvent[]) {
  return shiftsFromCalendar(rotation(), events, PEOPLE);
}

describe('an event of a calendar', () => {
  it('is a shift, weaker than what people override', () => {
    const { overrides, warnings } = read(event());
    const own = override(T0 + HOUR, T0 + 2 * HOUR, { person: CAT });

    expect(warnings).toEqual([]);
    expect(overrides).toEqual([
      {
        ...{ id: `calendar:e1:${T0}`, rotation: 'payments', person: BEN, by: 'tocsin' },
        ...{ from: T0, to: T0 + DAY, madeAt: 0, note: '' },
      },
    ]);
    expect(whoIsOnCall(rotation(), [own, ...overrides], T0)?.person).toBe(BEN);
    expect(whoIsOnCall(rotation(), [own, ...overrides], T0 + HOUR)?.person).toBe(CAT);
  });

  it.each<[string, Partial<CalendarEvent>, string]>([
    ['its title', { summary: 'ben miller' }, BEN],
    ['its title with parameters', { summary: { val: ' Ben Miller ' } }, BEN],
    ['an attendee', { summary: 'On call', attendee: { val: 'mailto:Ana@example.com' } }, ANA],
    [
      'one attendee of several',
      { summary: 'On call', attendee: ['mailto:room@example.com', { val: 'MAILTO:ana@example.com' }] },
      ANA,
    ],
    ['an attendee before its title', { attendee: 'mailto:ana@example.com' }, ANA],
    ['an address in its title', { summary: 'On call: Ana <ana@example.com>' }, ANA],
    ['a Slack user id in its title', { summary: 'On call: U012AB3CD (payments)' }, 'U012AB3CD'],
  ])('names somebody by %s', (_, changes, person) => {
    expect(read(event(changes)).overrides.map((one) => one.person)).toEqual([person]);
  });

  describe('of a whole day', () => {
    const zoneOfProcess = process.env.TZ;
    afterEach(() => {
      if (zoneOfProcess === undefined) delete process.env.TZ;
      else process.env.TZ = zoneOfProcess;
    });

    it.each([
      'UTC',
      'America/New_York',
      'Pacific/Auckland',
    ])('lasts from midnight to midnight where the rotation is, read in %s', (zone) => {
      process.env.TZ = zone;
      const [day] = read(
        event({ datetype: 'date', start: new Date(2026, 9, 25), end: new Date(2026, 9, 26) }),
      ).overrides;

      expect(day).toMatchObject({ from: at('2026-10-25T00:00+02:00'), to: at('2026-10-26T00:00+01:00') });
    });

    it('is that day where it has no end', () => {
      const [day] = read(event({ datetype: 'date', start: new Date(2026, 10, 23), end: undefined })).overrides;

      expect(day).toMatchObject({ from: at('2026-11-23T00:00+01:00'), to: at('2026-11-24T00:00+01:00') });
    });
  });

  it.each([
    'WEEKEND',
    'URGENT: office closed',
    'UPGRADE of the database',
  ])('is nobody’s where its title only looks like a Slack user id: %s', (summary) => {
    const { overrides, warnings } = read(event({ summary }));

    expect(overrides).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('names nobody who is known in Slack')]);
  });

  it('that recurs comes once for each time, each with an id of its own', () => {
    const again = event({ start: new Date(T0 + 7 * DAY), end: new Date(T0 + 8 * DAY) });

    expect(new Set(read(event(), again).overrides.map(({ id }) => id)).size).toBe(2);
  });

  it('that is cancelled is nothing', () => {
    expect(read(event({ status: 'CANCELLED' }))).toEqual({ overrides: [], warnings: [] });
  });

  it.each<[string, Partial<CalendarEvent>, RegExp]>([
    [
      'names nobody',
      { summary: 'Team lunch' },
      /^The event "Team lunch" of Mon 23 Nov 2026 09:00 names nobody who is known in Slack: .* Invite them/,
    ],
    ['has nothing to read', { summary: undefined }, /names nobody/],
    ['ends before it begins', { end: new Date(T0 - 1) }, /ends before it begins/],
    ['takes no time', { end: undefined }, /ends before it begins/],
    ['has no time', { start: undefined }, /has no time that can be read/],
    ['has a time that is none', { start: new Date(Number.NaN) }, /has no time that can be read/],
  ])('that %s is left out, and that is said', (_, changes, words) => {
    expect(read(event(changes))).toEqual({ overrides: [], warnings: [expect.stringMatching(words)] });
  });
});

describe('a calendar', () => {
  it('with two people at once says who is on call', () => {
    const ana = event({
      uid: 'e2',
      start: new Date(T0 + HOUR),
      end: new Date(T0 + 2 * HOUR),
      summary: 'ana@example.com',
    });
    const { overrides, warnings } = read(ana, event());

    expect(warnings).toEqual([
      `From Mon 23 Nov 2026 10:00 the calendar has both ${BEN} and ${ANA}: ${ANA} is on call, whose event is the later one.`,
    ]);
    expect([0, HOUR, 2 * HOUR].map((later) => whoIsOnCall(rotation(), overrides, T0 + later)?.person)).toEqual([
      BEN,
      ANA,
      BEN,
    ]);
  });

  it('that never ends is read in part, and that is said', () => {
    const many = Array.from({ length: 5_001 }, (_, i) =>
      event({ uid: `e${i}`, start: new Date(T0 + i * DAY), end: new Date(T0 + (i + 1) * DAY) }),
    );

    expect(read(...many).overrides).toHaveLength(5_000);
    expect(read(...many).warnings).toEqual(['The calendar has 5001 events: only the first 5000 were read.']);
  });
});
