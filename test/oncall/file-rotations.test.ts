import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RotationEntry, Rotations } from '../../src/config/file-rotations.ts';
import { rotationEntry, toRotation } from '../../src/config/to-rotation.ts';
import type { Hours, Layer, Rotation } from '../../src/domain/rotation.ts';
import { lintRotation } from '../../src/oncall/lint.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, at, BEN, CAT, DAY, HOUR, rotation, WEEK, wall } from './given.ts';

function read(yaml: string, zone = 'UTC'): Rotation {
  return toRotation('payments', RotationEntry.parse(parse(yaml)), zone);
}

function problems(yaml: string): string[] {
  const { error } = RotationEntry.safeParse(parse(yaml));
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a rotation in a service file', () => {
  it('needs people and a day', () => {
    expect(read('layers: [{ members: [U0ANA, U0BEN], start: 2026-11-23 }]', 'Europe/Berlin')).toEqual({
      ...{ name: 'payments', title: 'payments', zone: 'Europe/Berlin', mayHaveGaps: false },
      ...{ calendar: null, group: null },
      layers: [
        {
          ...{
            name: 'layer-1',
            zone: 'Europe/Berlin',
            turnMs: WEEK,
            start: wall('2026-11-23T09:00'),
            until: null,
            hours: [],
          },
          seats: [
            { person: ANA, from: null, until: null },
            { person: BEN, from: null, until: null },
          ],
        },
      ],
    });
  });

  it('may say everything', () => {
    const one = read(`
title: Payments on call
zone: Europe/Berlin
gaps: allowed
layers:
  - name: weekends
    zone: Asia/Tokyo
    members: [U0ANA, { person: U0CAT, from: 2026-12-21, until: 2027-01-04T18:00 }]
    every: 2w
    start: 2026-11-23
    day: fri
    at: "17:00"
    until: 2027-06-01
    hours: [{ days: [fri], from: "17:00", to: mon 09:00 }]
  - { members: [U0BEN], every: 12h, start: 2026-11-23, at: "08:00" }
`);

    expect(one).toMatchObject({ title: 'Payments on call', zone: 'Europe/Berlin', mayHaveGaps: true });
    expect(one.layers[0]).toEqual({
      ...{
        name: 'weekends',
        zone: 'Asia/Tokyo',
        turnMs: 2 * WEEK,
        start: wall('2026-11-27T17:00'),
        until: wall('2027-06-01'),
      },
      seats: [
        { person: ANA, from: null, until: null },
        { person: CAT, from: wall('2026-12-21'), until: wall('2027-01-04T18:00') },
      ],
      hours: [{ days: [5], from: 17 * 60, minutes: 64 * 60 }],
    });
    expect(one.layers[1]).toMatchObject({ name: 'layer-2', zone: 'Europe/Berlin', turnMs: 12 * HOUR });
  });

  it.each([
    ['daily', DAY],
    ['weekly', WEEK],
    ['1h', HOUR],
    ['36h', 36 * HOUR],
    ['3d', 3 * DAY],
    ['2w', 2 * WEEK],
  ])('has turns that are %s', (every, expected) => {
    expect(read(`layers: [{ members: [U0ANA], start: 2026-11-23, every: ${every} }]`).layers[0]?.turnMs).toBe(expected);
  });

  it.each([
    ['mon', '2026-11-23'],
    ['tue', '2026-11-24'],
    ['sun', '2026-11-29'],
  ])('hands over on a %s on or after its start', (day, date) => {
    const one = read(`layers: [{ members: [U0ANA], start: 2026-11-23, day: ${day} }]`);

    expect(one.layers[0]?.start).toBe(wall(`${date}T09:00`));
  });

  it.each<[string, Hours]>([
    ['{}', { days: [1, 2, 3, 4, 5, 6, 7], from: 0, minutes: 1_440 }],
    ['{ days: [sat, sun] }', { days: [6, 7], from: 0, minutes: 1_440 }],
    ['{ from: "09:00", to: "17:00" }', { days: [1, 2, 3, 4, 5, 6, 7], from: 540, minutes: 480 }],
    ['{ from: "22:00", to: "06:00" }', { days: [1, 2, 3, 4, 5, 6, 7], from: 1_320, minutes: 480 }],
    ['{ from: "09:00", to: "09:00" }', { days: [1, 2, 3, 4, 5, 6, 7], from: 540, minutes: 1_440 }],
    ['{ days: [fri], from: "17:00", to: mon 09:00 }', { days: [5], from: 1_020, minutes: 3_840 }],
    ['{ days: [sat], to: sun 24:00 }', { days: [6], from: 0, minutes: 2_880 }],
    ['{ days: [wed], from: "08:00", to: wed 08:00 }', { days: [3], from: 480, minutes: 10_080 }],
    ['{ days: [wed], from: "08:00", to: wed 12:00 }', { days: [3], from: 480, minutes: 240 }],
    ['{ days: [wed], from: "12:00", to: wed 08:00 }', { days: [3], from: 720, minutes: 9_840 }],
  ])('has hours %s', (hours, expected) => {
    expect(read(`layers: [{ members: [U0ANA], start: 2026-11-23, hours: [${hours}] }]`).layers[0]?.hours).toEqual([
      expected,
    ]);
  });

  it('may have variables in its layers, and nobody where they are not set', () => {
    const entry = RotationEntry.parse(
      parse(
        "layers: [{ members: ['${LEADS}', U0CAT], start: 2026-11-23 }, { members: ['${NOBODY}'], start: 2026-11-23 }]",
      ),
    );
    const [first, second] = toRotation('payments', entry, 'UTC', { LEADS: 'U0ANA, U0BEN' }).layers;

    expect(first?.seats.map(({ person }) => person)).toEqual([ANA, BEN, CAT]);
    expect(second?.seats).toEqual([]);
  });

  it('may read a calendar and keep a user group', () => {
    const entry = RotationEntry.parse(
      parse(`
layers: [{ members: [U0ANA], start: 2026-11-23 }]
calendar: { url: "\${CALENDAR}", people: { ana@example.com: U0ANA } }
group: S0ONCALL
`),
    );
    const from = (variables: Record<string, string>) => toRotation('payments', entry, 'UTC', variables);

    expect(from({ CALENDAR: 'https://example.com/a.ics' })).toMatchObject({
      calendar: { kind: 'url', at: 'https://example.com/a.ics', people: { 'ana@example.com': ANA } },
      group: 'S0ONCALL',
    });
    expect(from({}).calendar).toBeNull();
  });

  const plain = 'members: [U0ANA], start: 2026-11-23';
  it.each([
    ['no layers', 'layers: []', /^layers: /],
    [
      'the address of a calendar, which is a secret',
      `calendar: { url: "https://example.com/secret.ics" }\nlayers: [{ members: [U0ANA], start: 2026-11-23 }]`,
      /^calendar.url: \$\{NAME\} of an environment variable/,
    ],
    [
      'a calendar in two places',
      `calendar: { url: "\${A}", file: a.ics }\nlayers: [{ members: [U0ANA], start: 2026-11-23 }]`,
      /^calendar: Write either/,
    ],
    ['nobody', 'layers: [{ members: [], start: 2026-11-23 }]', /^layers\.0\.members: /],
    ['no day', 'layers: [{ members: [U0ANA] }]', /^layers\.0\.start: /],
    ['a day that is none', 'layers: [{ members: [U0ANA], start: 2026-02-30 }]', /^layers\.0\.start: A date such as/],
    ['a user group', 'layers: [{ members: [S0GROUP], start: 2026-11-23 }]', /^layers\.0\.members\.0: A Slack user id/],
    ['a name', 'layers: [{ members: ["@ana"], start: 2026-11-23 }]', /^layers\.0\.members\.0: A Slack user id/],
    ['months', `layers: [{ ${plain}, every: 1m }]`, /^layers\.0\.every: daily, weekly, or a number of hours/],
    [
      'a weekday for days',
      `layers: [{ ${plain}, every: 3d, day: mon }]`,
      /^layers\.0\.day: `day` is for turns of whole weeks/,
    ],
    ['a zone that is none', `layers: [{ ${plain}, zone: Berlin }]`, /^layers\.0\.zone: An IANA time zone/],
    ["24 o'clock as a hand-off", `layers: [{ ${plain}, at: "24:00" }]`, /^layers\.0\.at: A time of day/],
    [
      'an end on a weekday of several',
      `layers: [{ ${plain}, hours: [{ days: [mon, tue], to: fri 09:00 }] }]`,
      /^layers\.0\.hours\.0\.days: With a weekday/,
    ],
    ['a key that there is not', `layers: [{ ${plain}, people: [] }]`, /^layers\.0: Unrecognized key/],
    ['gaps of another kind', `gaps: none\nlayers: [{ ${plain} }]`, /^gaps: /],
  ])('with %s is refused, with its place', (_, yaml, expected) => {
    expect(problems(yaml)).toEqual([expect.stringMatching(expected)]);
  });

  it('has a name like other names of the file', () => {
    const entry = parse('layers: [{ members: [U0ANA], start: 2026-11-23 }]');

    expect(Rotations.safeParse({ payments: entry }).success).toBe(true);
    expect(Rotations.safeParse({ 'On Call': entry }).success).toBe(false);
  });

  it('is written again as it was read', () => {
    const minutes = fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 });
    const walls = minutes.map((minute) => minute * 60_000);
    const hours: fc.Arbitrary<Hours> = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 1 }),
      from: fc.integer({ min: 0, max: 1_439 }),
      minutes: fc.integer({ min: 1, max: 10_080 }),
    });
    const layers: fc.Arbitrary<Layer> = fc.record({
      name: fc.constant('nights'),
      zone: fc.constantFrom('UTC', 'Asia/Tokyo'),
      seats: fc.array(
        fc.record({ person: fc.constantFrom(ANA, BEN), from: fc.option(walls), until: fc.option(walls) }),
        { minLength: 1, maxLength: 4 },
      ),
      turnMs: fc.constantFrom(HOUR, 36 * HOUR, DAY, 3 * DAY, WEEK, 4 * WEEK),
      start: walls,
      until: fc.option(walls),
      hours: fc.array(hours, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(layers, fc.boolean(), (layer, mayHaveGaps) => {
        const one = { ...rotation(layer), mayHaveGaps };

        expect(toRotation('payments', RotationEntry.parse(rotationEntry(one)), 'UTC')).toEqual(one);
      }),
    );
  });

  it('that has long hours on several days is written with an entry for each', () => {
    const hours = [{ days: [1, 4], from: 600, minutes: 2_000 }];
    const base = read(`layers: [{ ${plain} }]`);
    const one = { ...base, layers: base.layers.map((layer) => ({ ...layer, hours })) };
    const again = toRotation('payments', RotationEntry.parse(rotationEntry(one)), 'UTC');

    expect(again.layers[0]?.hours).toEqual([
      { days: [1], from: 600, minutes: 2_000 },
      { days: [4], from: 600, minutes: 2_000 },
    ]);
  });
});

describe('the rotation of the documentation', () => {
  it('is read, has no gap and does what is said of it', () => {
    const page = readFileSync(new URL('../../docs/oncall.md', import.meta.url), 'utf8');
    const [, yaml = ''] = /```yaml\n(?<yaml>[\s\S]*?)```/.exec(page) ?? [];
    const entries = Rotations.parse((parse(yaml) as { rotations: unknown }).rotations);
    const one = toRotation('payments', entries.payments as RotationEntry, 'UTC');

    expect(lintRotation(one, { now: at('2026-11-22T12:00Z'), people: null })).toEqual({ errors: [], warnings: [] });
    expect(whoIsOnCall(one, [], at('2026-11-24T12:00+01:00'))?.by).toMatchObject({ layer: 'office' });
    expect(whoIsOnCall(one, [], at('2026-11-24T23:00+01:00'))?.by).toMatchObject({ layer: 'otherwise' });
  });
});
