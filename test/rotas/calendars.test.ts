import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf } from '../../src/rotas/read-calendar.ts';
import { ANA, at, BEN, CAT, DAN, DAY, HOUR, MINUTE, rotation, T0 } from '../oncall/given.ts';
import { type Said, standIn } from '../probes/stand-in.ts';
import { useRedis } from '../support/redis.ts';
import { type Clock, clockAt, granted, listening, processWith, ROTATION, type Told } from './given.ts';

const server = useRedis();
const PEOPLE = { 'cat@example.com': CAT, 'Dan the man': DAN };
const STALE = 'What the calendar said before still counts.';

/** Cat on Tuesdays from nine to five in Berlin, but on 1 December from noon, and not on the 8th; Dan on Christmas Eve. */
const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Somebody//Else//EN',
  ...['BEGIN:VEVENT', 'UID:tuesdays', 'DTSTAMP:20261101T000000Z', 'SUMMARY:Office', 'RRULE:FREQ=WEEKLY'],
  'DTSTART;TZID=Europe/Berlin:20261124T090000',
  'DTEND;TZID=Europe/Berlin:20261124T170000',
  'EXDATE;TZID=Europe/Berlin:20261208T090000',
  'ATTENDEE;CN=Cat:mailto:Cat@example.com',
  'END:VEVENT',
  ...['BEGIN:VEVENT', 'UID:tuesdays', 'DTSTAMP:20261101T000000Z', 'SUMMARY:cat@example.com'],
  'RECURRENCE-ID;TZID=Europe/Berlin:20261201T090000',
  'DTSTART;TZID=Europe/Berlin:20261201T120000',
  'DTEND;TZID=Europe/Berlin:20261201T170000',
  'END:VEVENT',
  ...['BEGIN:VEVENT', 'UID:eve', 'DTSTAMP:20261101T000000Z', 'SUMMARY:dan THE man', 'DTSTART;VALUE=DATE:20261224'],
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

let clock: Clock;
let told: Told;
let tocsin: ReturnType<typeof processWith>;
let source: Awaited<ReturnType<typeof standIn>>;

const says = (said: Said) => source.says({ '/secret.ics': () => said });
const who = () => tocsin.onCall.who('shop', 'payments');
const state = async () => (await tocsin.onCall.standing())[0]?.calendar;
const reading = (address: string) =>
  processWith({
    ...{ redis: server.client(), clock, told },
    rotation: { ...rotation(), calendar: { kind: 'url', at: address, people: PEOPLE } },
  });
async function whoAt(moment: string): Promise<string | null> {
  clock.set(at(moment));
  return await who();
}

beforeEach(async () => {
  clock = clockAt(T0 + HOUR);
  told = listening();
  source = await standIn();
  says({ text: CALENDAR });
  tocsin = reading(`${source.url}/secret.ics`);
  await tocsin.sweep();
});

describe('a calendar', () => {
  it('puts people on call whatever the layers say', async () => {
    const expected = [
      ['2026-11-24T08:59+01:00', ANA],
      ['2026-11-24T09:00+01:00', CAT],
      ['2026-11-24T17:00+01:00', ANA],
      ['2026-12-01T11:59+01:00', BEN], // moved to noon
      ['2026-12-01T12:00+01:00', CAT],
      ['2026-12-08T10:00+01:00', ANA], // taken out
      ['2026-12-15T10:00+01:00', CAT],
      ['2026-12-23T23:59+01:00', ANA],
      ['2026-12-24T00:00+01:00', DAN], // a whole day, of Berlin
      ['2026-12-25T00:00+01:00', ANA],
    ];
    const found: [string, string | null][] = [];
    for (const [moment = ''] of expected) found.push([moment, await whoAt(moment)]);

    expect(found).toEqual(expected);
  });

  it('is weaker than what people change', async () => {
    const time = { from: at('2026-11-24T10:00+01:00'), to: at('2026-11-24T11:00+01:00') };
    granted(await tocsin.onCall.override(ROTATION, { id: 'o1', person: BEN, by: BEN, note: '', ...time }));

    expect(await whoAt('2026-11-24T10:30+01:00')).toBe(BEN);
  });

  it('hands over', async () => {
    clock.set(at('2026-11-24T09:00+01:00'));
    await tocsin.sweep();

    expect(told.handOffs).toMatchObject([{ summary: { from: ANA, to: CAT, until: at('2026-11-24T17:00+01:00') } }]);
  });

  it('is read every quarter of an hour, by one of several processes', async () => {
    const other = reading(`${source.url}/secret.ics`);
    await other.sweep();
    const before = source.asked.length;
    for (let later = 5; later <= 60; later += 5) {
      clock.set(T0 + HOUR + later * MINUTE);
      await Promise.all([tocsin.sweep(), other.sweep()]);
    }

    expect(source.asked.length - before).toBe(4);
  });

  it('says how it is', async () => {
    expect(await state()).toEqual({ readAt: T0 + HOUR, trouble: [] });
    expect(told.operators).toEqual([]);
  });

  it.each<[string, Said, RegExp]>([
    [
      'is not there',
      { text: 'gone', status: 404 },
      /^127\.0\.0\.1:\d+ answers with status 404: is the address still the right one\?/,
    ],
    ['is broken', { text: 'oh no', status: 500 }, /answers with status 500\./],
    ['is a page to log in', { text: '<html>Sign in</html>' }, /^What is there is no calendar/],
    ['is cut off', { text: CALENDAR.slice(0, 400) }, /^What is there is no calendar/],
    ['is nothing', { text: '' }, /^What is there is no calendar/],
    ['is huge', { text: CALENDAR.padEnd(2_100_000) }, /answers with more than 2000 kB/],
  ])('that %s leaves everybody as they were, and operators are told once', async (_, said, words) => {
    says(said);
    for (let later = 1; later <= 5; later++) {
      clock.set(T0 + HOUR + later * 20 * MINUTE);
      await tocsin.sweep();
    }

    expect(await state()).toEqual({ readAt: T0 + HOUR, trouble: [expect.stringMatching(words)] });
    expect(told.operators).toEqual([expect.stringContaining(STALE)]);
    expect(told.operators[0]).not.toContain('secret');
    expect(await whoAt('2026-11-24T09:00+01:00')).toBe(CAT);
  });

  it('that has nobody there leaves everybody as they were', async () => {
    tocsin = reading('http://127.0.0.1:1/secret.ics');
    clock.set(T0 + 2 * HOUR);
    await tocsin.sweep();

    expect(await whoAt('2026-11-24T09:00+01:00')).toBe(CAT);
    expect(told.operators[0]).not.toContain('secret');
  });

  it('where clouds keep credentials is not asked', async () => {
    tocsin = reading('http://169.254.169.254/latest/meta-data');
    await tocsin.sweep();

    expect((await state())?.trouble).toEqual([expect.stringMatching(/^169\.254\.169\.254 is a link-local address/)]);
  });

  it.each([
    'hunter2',
    'htps://calendar.example/hunter2/basic.ics',
    'file:///etc/hunter2',
  ])('whose variable holds no address says so, and not what it holds: %s', async (address) => {
    tocsin = reading(address);
    await tocsin.sweep();

    expect((await state())?.trouble).toEqual([
      `The variable holds no web address that begins with https://, http:// or webcal://. ${STALE}`,
    ]);
  });

  it('is well again when it can be read again', async () => {
    says({ text: '', status: 500 });
    clock.set(T0 + 2 * HOUR);
    await tocsin.sweep();
    says({ text: CALENDAR.replaceAll('Cat@', 'Nobody@').replaceAll('cat@', 'nobody@') });
    clock.set(T0 + 3 * HOUR);
    await tocsin.sweep();

    const { readAt, trouble } = (await state()) ?? { readAt: null, trouble: [] };
    expect(readAt).toBe(T0 + 3 * HOUR);
    expect(trouble[0]).toMatch(/^The event "Office" of Tue 24 Nov 2026 09:00 names nobody who is known in Slack/);
    expect(trouble).toHaveLength(11);
    expect(await whoAt('2026-11-24T09:00+01:00')).toBe(ANA);
    expect(await whoAt('2026-12-24T09:00+01:00')).toBe(DAN);
  });

  it('that is in no file any more says nothing', async () => {
    tocsin.takeFiles(rotation());

    expect(await whoAt('2026-11-24T09:00+01:00')).toBe(ANA);
    expect(await state()).toBeNull();
  });
});

describe('a calendar in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-calendar-'));
  });
  afterEach(async () => await rm(folder, { recursive: true }));

  it('is read again and again, and its absence changes nothing', async () => {
    const path = join(folder, 'on-call.ics');
    const of = { kind: 'file', at: path, people: PEOPLE } as const;
    await writeFile(path, CALENDAR);
    tocsin = processWith({ redis: server.client(), clock, told, rotation: { ...rotation(), calendar: of } });
    await tocsin.sweep();
    await rm(path);
    clock.set(T0 + 2 * HOUR);
    await tocsin.sweep();

    expect((await state())?.trouble).toEqual([`${path} cannot be read (ENOENT). ${STALE}`]);
    expect(await whoAt('2026-11-24T09:00+01:00')).toBe(CAT);
  });
});

describe('events that others wrote', () => {
  const calendar = (...lines: string[]) =>
    [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:1',
      'SUMMARY:x',
      'DTSTAMP:20200101T000000Z',
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
  const span = { from: T0 - 31 * DAY, to: T0 + 90 * DAY, zone: 'Europe/Berlin' };

  it.each([
    ['every second', ['DTSTART:20260101T000000Z', 'DTEND:20260101T000001Z', 'RRULE:FREQ=SECONDLY']],
    ['never', ['DTSTART:20260101T000000Z', 'DTEND:20260101T000001Z', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30']],
    ['since the year 1', ['DTSTART:00010101T000000Z', 'DTEND:00010101T000001Z', 'RRULE:FREQ=DAILY']],
  ])(
    'and that recur %s end all the same',
    async (_, lines) => {
      const found = await eventsOf(calendar(...lines), span).catch((error: Error) => error.message);

      expect(typeof found === 'string' ? found : found.length <= 5_001).toSatisfy(
        (one) => one === true || /^The calendar cannot be read: /.test(String(one)),
      );
    },
    30_000,
  );

  it('and that are over are left out, and those that have begun are not', async () => {
    const one = (start: string, end: string) => eventsOf(calendar(`DTSTART:${start}`, `DTEND:${end}`), span);

    expect(await one('20200101T000000Z', '20200102T000000Z')).toEqual([]);
    expect(await one('20200101T000000Z', '20301231T000000Z')).toHaveLength(1);
  });
});
