import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarWishes, calendarOf } from '../../src/oncall/ical-export.ts';
import { property, textValue } from '../../src/oncall/ical-text.ts';
import { shifts } from '../../src/oncall/shifts.ts';
import { readCalendar, readMoment } from './calendar-text.ts';
import { ANA, BEN, CAT, DAN, DAY, HOUR, layer, override, rotation, T0, WEEK } from './given.ts';

const NAMES: Readonly<Record<string, string>> = {
  [ANA]: 'Ana Sousa',
  [BEN]: 'Ben, "the pager"; Miller',
  [DAN]: 'Dan\\Ng',
};

function wishes(changes: Partial<CalendarWishes> = {}): CalendarWishes {
  const nameOf = (person: string) => NAMES[person] ?? person;
  return { from: T0, to: T0 + 2 * WEEK, person: null, now: T0 - DAY, nameOf, ...changes };
}

describe('the calendar of a rotation', () => {
  it('is a calendar, with its name, and an hour between two looks', () => {
    const text = calendarOf(rotation(layer({}, ANA)), [], wishes({ to: T0 + 1 }));

    expect(text).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Tocsin//On call//EN',
        'CALSCALE:GREGORIAN',
        'METHOD:PUBLISH',
        'X-WR-CALNAME:On call: Payments',
        'X-WR-TIMEZONE:Europe/Berlin',
        'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
        'X-PUBLISHED-TTL:PT1H',
        'BEGIN:VEVENT',
        'UID:payments/layer-1/20261123T080000Z@tocsin',
        'DTSTAMP:20261122T080000Z',
        'DTSTART:20261123T080000Z',
        'DTEND:20261130T080000Z',
        'SUMMARY:Ana Sousa on call (Payments)',
        'TRANSP:TRANSPARENT',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });

  it('has an event for each shift, with names as people write them', () => {
    const cover = override(T0 + DAY, T0 + 2 * DAY, { note: 'Dentist;\nback at 5, maybe' });
    const { events } = readCalendar(calendarOf(rotation(), [cover], wishes()));

    expect(events.map(({ SUMMARY, DTSTART, DTEND }) => [SUMMARY, readMoment(DTSTART), readMoment(DTEND)])).toEqual([
      ['Ana Sousa on call (Payments)', T0, T0 + DAY],
      ['Dan\\Ng on call (Payments)', T0 + DAY, T0 + 2 * DAY],
      ['Ana Sousa on call (Payments)', T0 + 2 * DAY, T0 + WEEK],
      ['Ben, "the pager"; Miller on call (Payments)', T0 + WEEK, T0 + 2 * WEEK],
    ]);
    expect(events[1]?.DESCRIPTION).toBe('Dentist;\nback at 5, maybe');
  });

  it('has whole shifts, wherever one begins to look', () => {
    const one = rotation(layer({}, ANA, BEN, CAT));
    const early = readCalendar(calendarOf(one, [], wishes({ from: T0 + HOUR, to: T0 + DAY }))).events;
    const late = readCalendar(calendarOf(one, [], wishes({ from: T0 + 3 * DAY, to: T0 + 4 * DAY }))).events;

    expect(early).toEqual(late);
    expect(early).toHaveLength(1);
    expect(readMoment(early[0]?.DTEND) - readMoment(early[0]?.DTSTART)).toBe(WEEK);
  });

  it('has whole overrides, however long they are', () => {
    const long = override(T0 - 50 * DAY, T0 + 30 * DAY);
    const [event] = readCalendar(calendarOf(rotation(), [long], wishes({ from: T0, to: T0 + HOUR }))).events;

    expect([readMoment(event?.DTSTART), readMoment(event?.DTEND)]).toEqual([long.from, long.to]);
  });

  it('is that of one person, when it is asked for', () => {
    const { events } = readCalendar(calendarOf(rotation(), [], wishes({ person: BEN, to: T0 + 4 * WEEK })));

    expect(events.map(({ DTSTART }) => readMoment(DTSTART))).toEqual([T0 + WEEK, T0 + 3 * WEEK]);
  });

  it('knows events again when people are exchanged, and when it is made another time', () => {
    const uids = (text: string) => readCalendar(text).events.map(({ UID }) => UID);
    const before = uids(calendarOf(rotation(), [], wishes()));

    expect(uids(calendarOf(rotation(layer({}, CAT, BEN)), [], wishes({ now: T0 })))).toEqual(before);
    expect(new Set(before).size).toBe(before.length);
  });
});

describe('laws of the text of calendars', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 300, size: 'max' });

  it('no line has more than 75 octets, none is cut in a character, and unfolding gives back the line', () => {
    fc.assert(
      fc.property(anything.map(textValue), (value) => {
        const text = property('SUMMARY', value);
        const lines = text.split('\r\n');

        expect(lines.filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
        expect(lines.slice(1, -1).filter((line) => !line.startsWith(' '))).toEqual([]);
        expect(text.isWellFormed()).toBe(true);
        expect(text.replaceAll('\r\n ', '')).toBe(`SUMMARY:${value}\r\n`);
      }),
    );
  });

  it('a line is as long as it may be', () => {
    expect(
      property('A', 'x'.repeat(150))
        .split('\r\n')
        .map((line) => line.length),
    ).toEqual([75, 75, 4, 0]);
    expect(
      property('A', 'x'.repeat(73))
        .split('\r\n')
        .map((line) => line.length),
    ).toEqual([75, 0]);
    expect(property('A', `${'x'.repeat(72)}é`).split('\r\n')).toEqual([`A:${'x'.repeat(72)}`, ' é', '']);
  });

  it('nothing that somebody is called can break out of its line, and it is read as it was written', () => {
    fc.assert(
      fc.property(anything, (name) => {
        const text = calendarOf(rotation(layer({}, ANA)), [], wishes({ nameOf: () => name }));
        const { events, head } = readCalendar(text);
        const kept = name
          .toWellFormed()
          .replaceAll(/\r\n?/g, '\n')
          .replaceAll(/[^\P{Cc}\n\t]/gu, '');

        expect(events).toHaveLength(2);
        expect(events[0]?.SUMMARY).toBe(`${kept} on call (Payments)`);
        expect(head).toEqual(readCalendar(calendarOf(rotation(layer({}, ANA)), [], wishes())).head);
      }),
    );
  });

  it('the events are the shifts', () => {
    const spans = fc.tuple(fc.integer({ min: 0, max: 60 * 24 }), fc.integer({ min: 1, max: 20 * 24 }));
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 4 }), (list) => {
        const covers = list.map(([from, length], i) =>
          override(T0 + from * HOUR, T0 + (from + length) * HOUR, { id: `o${i}`, madeAt: i + 1 }),
        );
        const { events } = readCalendar(calendarOf(rotation(), covers, wishes({ to: T0 + 6 * WEEK })));
        const whole = shifts(rotation(), covers, T0, T0 + 12 * WEEK).filter(({ from }) => from < T0 + 6 * WEEK);

        expect(events.map(({ DTSTART, DTEND }) => [readMoment(DTSTART), readMoment(DTEND)])).toEqual(
          whole.map(({ from, to }) => [from, to]),
        );
        expect(new Set(events.map(({ UID }) => UID)).size).toBe(events.length);
      }),
    );
  });
});
