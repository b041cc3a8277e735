import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseService } from '../../src/config/services.ts';
import type { Rotation } from '../../src/domain/rotation.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { run } from './run.ts';

const user = (id: string, name: string, email: string) => ({
  user: { id, type: 'user_reference', summary: name, email },
});
const PAGERDUTY = {
  schedule: {
    id: 'PS1',
    name: 'Payments Primary',
    time_zone: 'Europe/Berlin',
    schedule_layers: [
      {
        id: 'PL1',
        name: 'Layer 1',
        start: '2026-01-05T09:00:00+01:00',
        end: null,
        rotation_virtual_start: '2026-01-05T09:00:00+01:00',
        rotation_turn_length_seconds: 604_800,
        users: [user('PA', 'Ana', 'ana@example.com'), user('PB', 'Ben', 'ben@example.com')],
        restrictions: [],
      },
    ],
  },
};
const OPSGENIE = {
  data: {
    name: 'Payments',
    timezone: 'Europe/Berlin',
    enabled: true,
    rotations: [
      {
        name: 'Days',
        startDate: '2026-01-05T08:00:00Z',
        type: 'weekly',
        length: 1,
        participants: [
          { type: 'user', username: 'ana@example.com' },
          { type: 'user', username: 'ben@example.com' },
        ],
      },
    ],
  },
};
const CALENDAR = [
  'BEGIN:VCALENDAR',
  'X-WR-CALNAME:Payments on call',
  'X-WR-TIMEZONE:Europe/Berlin',
  ...['BEGIN:VEVENT', 'UID:1', 'SUMMARY:ana@example.com', 'RRULE:FREQ=WEEKLY', 'DTSTAMP:20260101T000000Z'],
  ...['DTSTART;TZID=Europe/Berlin:20260105T090000', 'DTEND;TZID=Europe/Berlin:20260106T090000', 'END:VEVENT'],
  'END:VCALENDAR',
].join('\r\n');

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-import-'));
  await writeFile(file('pd.json'), JSON.stringify(PAGERDUTY));
  await writeFile(file('og.json'), JSON.stringify(OPSGENIE));
  await writeFile(file('a.ics'), CALENDAR);
  await writeFile(file('people.yml'), 'ana@example.com: U0ANA\nBen: U0BEN\nben@example.com: U0BEN\n');
  await writeFile(file('wrong.yml'), 'ana@example.com: ana\n');
});
afterAll(async () => await rm(folder, { recursive: true }));

function rotationsIn(yaml: string): readonly Rotation[] {
  const read = parseService(`owner: Shop\nchannel: C0SHOP\n${yaml}`, 'shop.yml');
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return Object.values(read.service.rotations);
}

describe('npm run rotation:import', () => {
  it.each([
    ['pagerduty', 'pd.json', 'payments-primary'],
    ['opsgenie', 'og.json', 'payments'],
  ])('prints a schedule of %s as a rotation that a service file takes', async (from, name, expected) => {
    const { code, stdout, stderr } = await run('rotation-import', [from, file(name), '--people', file('people.yml')]);

    const [rotation] = rotationsIn(stdout);
    expect({ code, stderr, name: rotation?.name }).toEqual({ code: 0, stderr: '', name: expected });
    const at = (moment: string) => rotation && whoIsOnCall(rotation, [], Date.parse(moment))?.person;
    expect([at('2026-01-05T09:00+01:00'), at('2026-01-12T09:00+01:00')]).toEqual(['U0ANA', 'U0BEN']);
    expect(at('2026-07-06T08:59+02:00')).toBe('U0BEN'); // nine by the clock on the wall, in summer too
  });

  it('says who is not known in Slack', async () => {
    const { code, stderr } = await run('rotation-import', ['pagerduty', file('pd.json')]);

    expect(code).toBe(0);
    expect(stderr).toMatch(/^! Not known in Slack: .*Write their Slack user ids in their places/m);
  });

  it('prints a calendar as a rotation that reads it', async () => {
    const { code, stdout, stderr } = await run('rotation-import', [
      'ical',
      file('a.ics'),
      '--people',
      file('people.yml'),
    ]);

    expect(code).toBe(0);
    expect(rotationsIn(stdout)).toMatchObject([
      {
        ...{ name: 'payments-on-call', title: 'Payments on call', zone: 'Europe/Berlin', layers: [] },
        calendar: { kind: 'file', at: file('a.ics'), people: { 'ana@example.com': 'U0ANA' } },
      },
    ]);
    expect(stderr).toMatch(/^! Shifts within 90 days: 1[234], of U0ANA\.$/m);
  });

  it.each([
    ['what is no schedule', ['pagerduty', 'og.json'], /^This is no schedule of PagerDuty/, 1],
    ['what is no JSON', ['opsgenie', 'a.ics'], /^The file is no JSON/, 1],
    ['what is no calendar', ['ical', 'pd.json'], /^What is there is no calendar/, 1],
    [
      'a service it does not know',
      ['victorops', 'pd.json'],
      /^Say where the schedule comes from.*\nUsage: npm run rotation:import/,
      2,
    ],
    ['a file that is not there', ['ical', 'none.ics'], /^A file cannot be read: ENOENT/, 2],
    [
      'people without ids',
      ['ical', 'a.ics', '--people', 'wrong.yml'],
      /^The file of people .*: ana@example.com has none\./,
      2,
    ],
    ['an option it does not know', ['ical', 'a.ics', '--poeple', 'people.yml'], /^Say where/, 2],
  ])('refuses %s', async (_, args, words, expected) => {
    const named = args.map((one) => (/\.\w+$/.test(one) ? file(one) : one));
    const { code, stdout, stderr } = await run('rotation-import', named);

    expect(stderr).toMatch(words);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  });
});
