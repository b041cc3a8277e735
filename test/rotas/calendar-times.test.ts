import { afterEach, describe, expect, it } from 'vitest';
import { shiftsFromCalendar } from '../../src/oncall/ical-import.ts';
import { eventsOf } from '../../src/rotas/read-calendar.ts';
import { at, BEN, DAY, rotation, T0 } from '../oncall/given.ts';

const RULES = [
  ...['BEGIN:STANDARD', 'DTSTART:19701025T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
  ...['RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10', 'END:STANDARD'],
  ...['BEGIN:DAYLIGHT', 'DTSTART:19700329T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
  ...['RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT'],
];
const rulesCalled = (name: string, ...more: string[]) => [
  ...['BEGIN:VTIMEZONE', `TZID:${name}`],
  ...[...more, ...RULES, 'END:VTIMEZONE'],
];
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Ben', ...lines, 'END:VEVENT'];

/** `2026-11-23 09:00 to 17:00` by the clocks of Berlin in winter; read where the rotation is in `zone`. */
async function read(lines: readonly string[], zone = 'Europe/Berlin') {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const events = await eventsOf(text, { from: T0 - 60 * DAY, to: T0 + 60 * DAY, zone });
  return events.map(({ start, end }) => [start?.getTime(), end?.getTime()]);
}
const WORKDAY = [at('2026-11-23T09:00+01:00'), at('2026-11-23T17:00+01:00')];

describe('a time without a zone', () => {
  const zoneOfProcess = process.env.TZ;
  afterEach(() => {
    if (zoneOfProcess === undefined) delete process.env.TZ;
    else process.env.TZ = zoneOfProcess;
  });

  it.each(['UTC', 'America/New_York'])('is that of the rotation, and not of this process in %s', async (process_) => {
    process.env.TZ = process_;
    expect(await read(event('DTSTART:20261123T090000', 'DTEND:20261123T170000'))).toEqual([WORKDAY]);
    expect(await read(event('DTSTART;VALUE=DATE-TIME:20261123T09', ' 0000', 'DTEND:20261123T170000'))).toEqual([
      WORKDAY,
    ]);
  });

  it('recurs by its clocks, but for the times that are taken out', async () => {
    const lines = event(
      ...['DTSTART:20261019T090000', 'DTEND:20261019T170000'],
      ...['RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20261026T090000'],
    );

    expect(await read(lines)).toEqual([
      [at('2026-10-19T09:00+02:00'), at('2026-10-19T17:00+02:00')],
      [at('2026-11-02T09:00+01:00'), at('2026-11-02T17:00+01:00')],
    ]);
  });

  it('is that of the rules that the calendar brings along', async () => {
    const lines = [...rulesCalled('Europe/Berlin'), ...event('DTSTART:20261123T090000', 'DTEND:20261123T170000')];

    expect(await read(lines, 'America/New_York')).toEqual([WORKDAY]);
  });
});

describe('a zone that is called', () => {
  const inZone = (name: string) => event(`DTSTART;TZID=${name}:20261123T090000`, `DTEND;TZID=${name}:20261123T170000`);

  it.each([
    ['as Windows does', 'W. Europe Standard Time', []],
    ['as Outlook shows it', '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', []],
    ['by a path of somebody’s own', '/mozilla.org/20050126_1/Europe/Berlin', []],
    ['as one likes, with its rules', 'Head Office', rulesCalled('Head Office')],
    ['as one likes, with its rules, in quotes', '"Head Office (1)"', rulesCalled('Head Office (1)')],
    ['as one likes, with its name', 'HQ', rulesCalled('HQ', 'X-LIC-LOCATION:Europe/Berlin')],
  ])('%s is read as it is meant: %s', async (_, name, rules) => {
    expect(await read([...rules, ...inZone(name)], 'America/New_York')).toEqual([WORKDAY]);
  });

  it('as nobody knows, without rules, is that of the rotation', async () => {
    expect(await read(inZone('HQ'))).toEqual([WORKDAY]);
  });
});

it('single times beside what recurs are said not to be read', async () => {
  const lines = event(
    ...['DTSTART;TZID=Europe/Berlin:20261123T090000', 'DTEND;TZID=Europe/Berlin:20261123T170000'],
    ...['RRULE:FREQ=DAILY;COUNT=2', 'RDATE;TZID=Europe/Berlin:20261201T090000'],
  );
  const text = ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n');
  const events = await eventsOf(text, { from: T0, to: T0 + 60 * DAY, zone: 'Europe/Berlin' });

  const { overrides, warnings } = shiftsFromCalendar(rotation(), events, { Ben: BEN });
  expect(overrides).toHaveLength(2);
  expect(warnings).toEqual([
    'The event "Ben" has single times as well (RDATE), which are not read: make each an event of its own.',
  ]);
});

describe('a week on call', () => {
  const WEEKS = [
    [at('2026-10-12T09:00+02:00'), at('2026-10-19T09:00+02:00')],
    [at('2026-10-19T09:00+02:00'), at('2026-10-26T09:00+01:00')],
    [at('2026-10-26T09:00+01:00'), at('2026-11-02T09:00+01:00')],
  ];

  it.each([
    ['an end', 'DTEND;TZID=Europe/Berlin:20261019T090000'],
    ['a duration', 'DURATION:P1W'],
  ])('with %s lasts until the next one, also when the clocks are changed', async (_, end) => {
    const lines = event('DTSTART;TZID=Europe/Berlin:20261012T090000', end, 'RRULE:FREQ=WEEKLY;COUNT=3');

    expect(await read(lines)).toEqual(WEEKS);
  });

  it('that is the first one in which the clocks are changed makes no other one shorter', async () => {
    const lines = event(
      ...['DTSTART;TZID=Europe/Berlin:20261019T090000', 'DTEND;TZID=Europe/Berlin:20261026T090000'],
      'RRULE:FREQ=WEEKLY;COUNT=2',
    );

    expect(await read(lines)).toEqual(WEEKS.slice(1));
  });

  it('of hours lasts so many hours', async () => {
    const lines = event('DTSTART;TZID=Europe/Berlin:20261024T220000', 'DURATION:PT8H', 'RRULE:FREQ=DAILY;COUNT=1');

    expect(await read(lines)).toEqual([[at('2026-10-24T22:00+02:00'), at('2026-10-25T05:00+01:00')]]);
  });
});
