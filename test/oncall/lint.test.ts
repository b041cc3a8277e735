import { describe, expect, it } from 'vitest';
import type { Rotation } from '../../src/domain/rotation.ts';
import { gapWarnings } from '../../src/oncall/gap-warnings.ts';
import { nextHandOff } from '../../src/oncall/hand-off.ts';
import { lintRotation } from '../../src/oncall/lint.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, BEN, CAT, DAY, HOUR, layer, override, rotation, T0, WEEK, wall } from './given.ts';

const OFFICE = { days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 };
const office = layer({ hours: [OFFICE] });

describe('a gap', () => {
  it('is told days ahead, with its zone and its length, and what to do', () => {
    const [first, second] = gapWarnings(rotation(office), [], T0, 3 * DAY);

    expect(first?.words).toBe(
      'Payments: nobody is on call from Mon 23 Nov 2026 17:00 to Tue 24 Nov 2026 09:00 (Europe/Berlin), 16h. ' +
        'Override it with somebody, or add people to the rotation for this time.',
    );
    expect(first).toMatchObject({ from: T0 + 8 * HOUR, to: T0 + DAY, key: `gap:1:payments:${T0 + 8 * HOUR}` });
    expect(second?.from).toBe(T0 + DAY + 8 * HOUR);
  });

  it('that begins in the middle of a minute is told in hours and minutes', () => {
    const { warnings } = lintRotation(rotation(office), { now: T0 + 8 * HOUR + 30 * 60_000 + 41_567, people: null });

    expect(warnings.map(({ words }) => words)).toEqual([
      expect.stringContaining('from Mon 23 Nov 2026 17:30 to Tue 24 Nov 2026 09:00 (Europe/Berlin), 15h 29m, and '),
    ]);
  });

  it('of months before a rotation begins is told, because it may be a slip of the year', () => {
    const { warnings } = lintRotation(rotation(layer({ start: T0 + 400 * DAY })), { now: T0, people: null });

    expect(warnings.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^Nobody is on call before .* 2027 .*, when the first turn begins\./),
    ]);
    const meant = { ...rotation(layer({ start: T0 + 400 * DAY })), mayHaveGaps: true };
    expect(lintRotation(meant, { now: T0, people: null }).warnings).toEqual([]);
  });

  it('has the same key whenever it is asked for', () => {
    const keys = [0, HOUR, 5 * HOUR].map((later) => gapWarnings(rotation(office), [], T0 + later, DAY)[0]?.key);

    expect(new Set(keys).size).toBe(1);
  });

  it('is told in full where only its beginning is near', () => {
    const weekend = gapWarnings(rotation(office), [], T0 + 4 * DAY, 9 * HOUR);

    expect(weekend.map(({ from, to }) => [from, to])).toEqual([[T0 + 4 * DAY + 8 * HOUR, T0 + WEEK]]);
  });

  it('that has begun is told as such', () => {
    const [now] = gapWarnings(rotation(office), [], T0 + 10 * HOUR, HOUR);

    expect(now).toMatchObject({ key: null, from: T0 + 10 * HOUR });
    expect(now?.words).toMatch(/^Payments: nobody is on call now and until Tue 24 Nov 2026 09:00 \(Europe\/Berlin\)\./);
  });

  it('without an end is told as such', () => {
    const ending = rotation(layer({ until: wall('2026-11-24T09:00') }));

    expect(gapWarnings(ending, [], T0, 3 * DAY)).toMatchObject([{ from: T0 + DAY, to: null }]);
    expect(gapWarnings(ending, [], T0, 3 * DAY)[0]?.words).toMatch(
      /from Tue 24 Nov 2026 09:00 .* for a month at least/,
    );
    expect(gapWarnings(ending, [], T0 + 2 * DAY, DAY)[0]?.words).toMatch(/nobody is on call now and for a month/);
  });

  it('is none where somebody overrides it, where it is meant, or where there is none', () => {
    const cover = override(T0, T0 + 2 * DAY);

    expect(gapWarnings(rotation(office), [cover], T0, DAY)).toEqual([]);
    expect(gapWarnings({ ...rotation(office), mayHaveGaps: true }, [], T0, DAY)).toEqual([]);
    expect(gapWarnings(rotation(), [], T0, 30 * DAY)).toEqual([]);
  });
});

describe('a rotation that names nobody', () => {
  const nobody = layer({ seats: [] });

  it.each([
    ['without layers', { ...rotation(), layers: [] }],
    ['without people in its layers', rotation(nobody)],
  ])('%s has nobody on call, and says how to mend it', (_, one) => {
    const { errors, warnings } = lintRotation(one, { now: T0, people: null });

    expect(errors).toEqual([]);
    expect(warnings.map(({ words }) => words)).toEqual([
      'Nobody is ever on call: no layer names anybody. Set the environment variables in them to Slack user ids, or write the ids themselves',
    ]);
    expect(gapWarnings(one, [], T0, DAY)).toMatchObject([{ from: T0, to: null }]);
    expect(whoIsOnCall(one, [], T0)).toBeNull();
    expect(nextHandOff(one, [], T0)).toBeNull();
  });

  it('in one layer of several is told for that layer', () => {
    const { warnings } = lintRotation(rotation(nobody, layer({ name: 'layer-2' })), { now: T0, people: null });

    expect(warnings).toMatchObject([
      { path: ['layers', 0, 'members'], words: expect.stringMatching(/names nobody: set the environment variables/) },
    ]);
  });
});

describe('the lint of a rotation', () => {
  const surroundings = { now: T0, people: new Set<string>([ANA, BEN]) };
  const told = (one: Rotation) => {
    const { errors, warnings } = lintRotation(one, surroundings);
    return [...errors, ...warnings].map(({ path, words }) => `${path.join('.')}: ${words}`);
  };
  const seat = (person: string, from: string | null, until: string | null) => ({
    ...{ person, from: from === null ? null : wall(from), until: until === null ? null : wall(until) },
  });

  it('says nothing of one that is well', () => {
    expect(told(rotation())).toEqual([]);
    expect(told(rotation(layer({ hours: [OFFICE] }), layer({ name: 'else' })))).toEqual([]);
    expect(
      told(rotation(layer({ seats: [seat(ANA, null, null), seat(BEN, '2026-12-01', '2026-12-07T09:00')] }))),
    ).toEqual([]);
  });

  it.each<[string, Rotation, RegExp[]]>([
    [
      'a gap',
      rotation(office),
      [/^layers: Nobody is on call from Mon 23 Nov 2026 17:00 .* and 39 more times in eight weeks\. Add a layer/],
    ],
    ['somebody twice', rotation(layer({}, ANA, BEN, ANA)), [/^layers\.0\.members\.2: U0ANA is in this layer twice/]],
    [
      'somebody unknown',
      rotation(layer({}, ANA, CAT)),
      [/^layers\.0\.members\.1: Slack knows nobody with the id U0CAT/],
    ],
    [
      'somebody who leaves within a turn',
      rotation(layer({ seats: [seat(ANA, null, null), seat(BEN, null, '2026-12-02')] })),
      [/^layers\.0\.members\.1\.until: The turn that U0BEN may have then lasts longer/],
    ],
    [
      'a layer that the one above hides',
      rotation(layer(), layer({ name: 'below' })),
      [/^layers\.1: This layer never decides/],
    ],
    [
      'a layer whose members are gone',
      rotation(layer({ seats: [seat(ANA, null, '2026-11-01')] }), layer({ name: 'below' })),
      [/^layers\.0: This layer puts nobody on call in eight weeks/],
    ],
    [
      'a layer that is over',
      rotation(layer({ start: wall('2026-01-05'), until: wall('2026-02-01') }), layer({ name: 'below' })),
      [/^layers\.0\.until: The layer is over: take it out/],
    ],
    [
      'a layer that ends before it begins',
      rotation(layer({ until: wall('2026-11-23T09:00') }), layer({ name: 'below' })),
      [/^layers\.0\.until: The layer ends before it begins/],
    ],
    ['two layers of one name', rotation(office, layer()), [/^layers\.1\.name: Another layer .* layer-1/]],
  ])('tells %s', (_, one, expected) => {
    const words = told(one);

    expect(words).toHaveLength(expected.length);
    expected.forEach((pattern, i) => void expect(words[i]).toMatch(pattern));
  });

  it('keeps only what cannot be meant from being used', () => {
    const one = rotation(office, layer({ until: wall('2020-01-01') }));

    expect(lintRotation(one, surroundings).errors.map(({ path }) => path.join('.'))).toEqual([
      'layers.1.name',
      'layers.1.until',
    ]);
  });

  it('says nothing of people where nobody could tell who there is', () => {
    expect(lintRotation(rotation(layer({}, ANA, CAT)), { now: T0, people: null }).warnings).toEqual([]);
  });

  it('allows gaps that are meant', () => {
    expect(told({ ...rotation(office), mayHaveGaps: true })).toEqual([]);
  });

  it('looks at what begins within weeks from its beginning on', () => {
    expect(lintRotation(rotation(), { now: T0 - 30 * DAY, people: null }).warnings).toEqual([]);
  });
});
