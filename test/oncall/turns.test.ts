import { describe, expect, it } from 'vitest';
import type { Hours, Layer } from '../../src/domain/rotation.ts';
import { shifts, whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, at, BEN, CAT, DAN, DAY, HOUR, layer, override, rotation, T0, WEEK, wall } from './given.ts';

/** The shifts between two moments as `person from to`, the times as they were written. */
function told(one: Layer, times: readonly string[], covers: Parameters<typeof shifts>[1] = []): string[] {
  const [first = '', last = ''] = [times[0], times.at(-1)];
  const text = (moment: number) => times.find((time) => at(time) === moment) ?? new Date(moment).toISOString();
  return shifts(rotation(one), covers, at(first), at(last)).map(
    ({ person, from, to }) => `${person} ${text(from)} – ${text(to)}`,
  );
}

describe('a weekly rotation', () => {
  it.each([
    ['nobody before it begins', '2026-11-23T08:59:59+01:00', undefined],
    ['the first person when it begins', '2026-11-23T09:00+01:00', ANA],
    ['the same until the week is over', '2026-11-30T08:59:59+01:00', ANA],
    ['the second then', '2026-11-30T09:00+01:00', BEN],
    ['the first again', '2026-12-07T09:00+01:00', ANA],
    ['the first after 238 weeks, at the same local time', '2031-06-16T09:00+02:00', ANA],
    ['and just before that the second', '2031-06-16T08:59+02:00', BEN],
  ])('has %s', (_, moment, person) => {
    expect(whoIsOnCall(rotation(), [], at(moment))?.person).toBe(person);
  });

  it('says which turn of which layer it is', () => {
    expect(whoIsOnCall(rotation(), [], T0 + WEEK)).toEqual({
      ...{ person: BEN, by: { kind: 'layer', layer: 'layer-1', turn: 1 } },
    });
  });

  it('ends when it is said to', () => {
    const one = layer({ until: wall('2026-12-02T12:00') });
    const [before, end] = ['2026-12-02T11:59:59+01:00', '2026-12-02T12:00+01:00'];

    expect(whoIsOnCall(rotation(one), [], at(before))?.person).toBe(BEN);
    expect(whoIsOnCall(rotation(one), [], at(end))).toBeNull();

    expect(
      told(one, ['2026-11-23T09:00+01:00', '2026-11-30T09:00+01:00', '2026-12-02T12:00+01:00', '2027-01-01T00:00Z']),
    ).toEqual([
      `${ANA} 2026-11-23T09:00+01:00 – 2026-11-30T09:00+01:00`,
      `${BEN} 2026-11-30T09:00+01:00 – 2026-12-02T12:00+01:00`,
    ]);
  });
});

describe('when clocks are set', () => {
  it('the hand-off stays at its local time, and the week is an hour shorter', () => {
    const one = layer({ start: wall('2026-03-23T09:00') });

    expect(told(one, ['2026-03-23T09:00+01:00', '2026-03-30T09:00+02:00', '2026-04-06T09:00+02:00'])).toEqual([
      `${ANA} 2026-03-23T09:00+01:00 – 2026-03-30T09:00+02:00`,
      `${BEN} 2026-03-30T09:00+02:00 – 2026-04-06T09:00+02:00`,
    ]);
  });

  it('a hand-off that they skip is right after the skip', () => {
    const one = layer({ start: wall('2026-03-28T02:30'), turnMs: DAY });
    const times = [
      '2026-03-28T02:30+01:00',
      '2026-03-29T03:00+02:00',
      '2026-03-30T02:30+02:00',
      '2026-03-31T02:30+02:00',
    ];

    expect(told(one, times)).toEqual([
      `${ANA} ${times[0]} – ${times[1]}`,
      `${BEN} ${times[1]} – ${times[2]}`,
      `${ANA} ${times[2]} – ${times[3]}`,
    ]);
  });

  it('a hand-off that comes twice is at the first of the two', () => {
    const one = layer({ start: wall('2026-10-24T02:30'), turnMs: DAY });
    const times = ['2026-10-24T02:30+02:00', '2026-10-25T02:30+02:00', '2026-10-26T02:30+01:00'];

    expect(told(one, times)).toEqual([`${ANA} ${times[0]} – ${times[1]}`, `${BEN} ${times[1]} – ${times[2]}`]);
    expect(whoIsOnCall(rotation(one), [], at('2026-10-25T02:15+01:00'))?.person).toBe(BEN);
  });

  it('half an hour on Lord Howe is half an hour', () => {
    const one = layer({ zone: 'Australia/Lord_Howe', start: wall('2026-04-04T02:00'), turnMs: DAY });
    const [first] = shifts(rotation(one), [], at('2026-04-04T02:00+11:00'), at('2026-04-06T02:00+10:30'));

    expect(first).toMatchObject({ person: ANA, to: at('2026-04-05T02:00+10:30') });
    expect((first?.to ?? 0) - (first?.from ?? 0)).toBe(24.5 * HOUR);
  });

  it('the day that Samoa skipped is a turn that begins after it, and nobody loses more', () => {
    const one = layer({ zone: 'Pacific/Apia', start: wall('2011-12-28T09:00'), turnMs: DAY }, ANA, BEN, CAT, DAN);
    const times = [
      ...['2011-12-28T09:00-10:00', '2011-12-29T09:00-10:00', '2011-12-31T00:00+14:00', '2011-12-31T09:00+14:00'],
      ...['2012-01-01T09:00+14:00', '2012-01-02T09:00+14:00'],
    ];

    expect(told(one, times)).toEqual(
      [ANA, BEN, CAT, DAN, ANA].map((person, i) => `${person} ${times[i]} – ${times[i + 1]}`),
    );
  });

  it('a turn of an hour that they skip is lost for whoever has it, and moves nobody else', () => {
    const one = layer({ start: wall('2026-03-29T00:00'), turnMs: HOUR }, ANA, BEN, CAT, DAN);
    const list = shifts(rotation(one), [], at('2026-03-29T00:00+01:00'), at('2026-03-29T06:00+02:00'));

    expect(list.map(({ person, to, from }) => [person, (to - from) / HOUR])).toEqual([
      ...[
        [ANA, 1],
        [BEN, 1],
      ],
      ...[
        [DAN, 1], // 03:00; Cat's hour began at 02:00
        [ANA, 1],
        [BEN, 1],
      ],
    ]);
  });

  it('a turn of an hour that comes twice is two hours long', () => {
    const one = layer({ start: wall('2026-10-25T00:00'), turnMs: HOUR }, ANA, BEN, CAT, DAN);
    const list = shifts(rotation(one), [], at('2026-10-25T00:00+02:00'), at('2026-10-25T04:00+01:00'));

    expect(list.map(({ person, to, from }) => [person, (to - from) / HOUR])).toEqual([
      ...[
        [ANA, 1],
        [BEN, 1],
      ],
      ...[
        [CAT, 2],
        [DAN, 1],
      ],
    ]);
  });
});

describe('people who come and go', () => {
  const orderOf = (one: Layer, turns = 9) =>
    shifts(rotation(one), [], T0, T0 + turns * WEEK).map(({ person }) => person.slice(2, 3));
  const seat = (person: string, from: string | null = null, until: string | null = null) => ({
    ...{ person, from: from === null ? null : wall(from), until: until === null ? null : wall(until) },
  });
  const turn = (n: number) => new Date(wall('2026-11-23T09:00') + n * WEEK).toISOString().slice(0, 16);

  it.each([
    ['nobody', [seat(ANA), seat(BEN), seat(CAT)], 'ABCABCABC'],
    ['one joins at the end', [seat(ANA), seat(BEN), seat(CAT, turn(4))], 'ABABCABCA'],
    ['one joins in the middle of the list', [seat(ANA), seat(CAT, turn(3)), seat(BEN)], 'ABACBACBA'],
    [
      'one joins in the middle of a turn, and counts from the next',
      [seat(ANA), seat(BEN), seat(CAT, '2026-11-24')],
      'ABCABCABC',
    ],
    ['one leaves', [seat(ANA), seat(BEN, null, turn(4)), seat(CAT)], 'ABCACACAC'],
    [
      'one leaves in the middle of a turn, and ends it',
      [seat(ANA), seat(BEN, null, '2026-12-02'), seat(CAT)],
      'ABCACACAC',
    ],
    ['one is away for a while', [seat(ANA), seat(BEN, null, turn(2)), seat(BEN, turn(5)), seat(CAT)], 'ABCACABCA'],
    [
      'one takes the place of another',
      [seat(ANA), seat(BEN, null, turn(3)), seat(DAN, turn(3)), seat(CAT)],
      'ABCADCADC',
    ],
    [
      'one was there before the layer',
      [seat(ANA, '2020-01-01'), seat(BEN, null, '2020-01-01'), seat(CAT)],
      'ACACACACA',
    ],
    ['all leave', [seat(ANA, null, turn(2)), seat(BEN, null, turn(2))], 'AB'],
    ['nobody is there at first', [seat(ANA, turn(7)), seat(BEN, turn(8))], 'AB'],
  ])('%s', (_, seats, order) => {
    expect(orderOf(layer({ seats })).join('')).toBe(order);
  });

  it('are nobody on call for as long as nobody is there', () => {
    const one = layer({ seats: [seat(ANA, null, turn(1)), seat(BEN, turn(2))] });

    expect(whoIsOnCall(rotation(one), [], T0 + WEEK + DAY)).toBeNull();
    expect(whoIsOnCall(rotation(one), [], T0 + 2 * WEEK + DAY)?.person).toBe(BEN);
  });
});

describe('hours', () => {
  const MONDAY = '2026-11-23';
  const whoAt = (hours: readonly Hours[], moment: string) => {
    const one = layer({ start: wall('2026-11-02T09:00'), hours }, ANA);
    return whoIsOnCall(rotation(one), [], at(moment)) !== null;
  };
  const nights = { days: [1, 2, 3, 4, 5, 6, 7], from: 22 * 60, minutes: 8 * 60 };
  const weekend = { days: [5], from: 17 * 60, minutes: 64 * 60 };
  const always = { days: [3], from: 8 * 60, minutes: 7 * 24 * 60 };

  it.each<[string, Hours, string, boolean]>([
    ['a night begins in the evening', nights, `${MONDAY}T22:00+01:00`, true],
    ['not before', nights, `${MONDAY}T21:59:59+01:00`, false],
    ['goes on after midnight', nights, '2026-11-24T05:59:59+01:00', true],
    ['and ends in the morning', nights, '2026-11-24T06:00+01:00', false],
    ['a weekend begins on Friday', weekend, '2026-11-27T17:00+01:00', true],
    ['lasts over Sunday', weekend, '2026-11-29T23:00+01:00', true],
    ['until Monday morning', weekend, '2026-11-30T08:59:59+01:00', true],
    ['and is over then', weekend, '2026-11-30T09:00+01:00', false],
    ['a week from Wednesday to Wednesday is always', always, '2026-11-25T08:00+01:00', true],
    ['just before it begins anew, too', always, '2026-11-25T07:59+01:00', true],
  ])('%s', (_, hours, moment, expected) => {
    expect(whoAt([hours], moment)).toBe(expected);
  });

  it('that touch or overlap are one', () => {
    const one = layer(
      { hours: [nights, { ...nights, from: 21 * 60, minutes: 120 }, { ...nights, from: 6 * 60, minutes: 60 }] },
      ANA,
    );
    const list = shifts(rotation(one), [], at('2026-11-23T12:00+01:00'), at('2026-11-24T12:00+01:00'));

    expect(list).toMatchObject([{ from: at('2026-11-23T21:00+01:00'), to: at('2026-11-24T07:00+01:00') }]);
  });

  it('cut a turn into shifts of the same turn', () => {
    const one = layer({ hours: [nights] });
    const list = shifts(rotation(one), [], T0, T0 + WEEK + DAY);

    expect(list.map(({ person }) => person)).toEqual([...Array.from({ length: 7 }, () => ANA), BEN]);
    expect(new Set(list.slice(0, 7).map(({ by }) => by.kind === 'layer' && by.turn))).toEqual(new Set([0]));
  });

  it('of the night in which clocks go forward are an hour shorter', () => {
    const one = layer({ start: wall('2026-03-01T09:00'), hours: [nights] }, ANA);
    const list = shifts(rotation(one), [], at('2026-03-28T12:00+01:00'), at('2026-03-29T12:00+02:00'));

    expect(list.map(({ from, to }) => (to - from) / HOUR)).toEqual([7]);
  });
});

describe('layers', () => {
  const nights = { days: [1, 2, 3, 4, 5, 6, 7], from: 22 * 60, minutes: 8 * 60 };
  const one = rotation(layer({ name: 'nights', hours: [nights] }, CAT), layer({ name: 'all' }, ANA));

  it('the first that has somebody decides', () => {
    expect(whoIsOnCall(one, [], at('2026-11-23T23:00+01:00'))?.person).toBe(CAT);
    expect(whoIsOnCall(one, [], at('2026-11-24T12:00+01:00'))?.person).toBe(ANA);
  });

  it('the one below goes on when the one above is over', () => {
    const list = shifts(one, [], at('2026-11-23T20:00+01:00'), at('2026-11-24T08:00+01:00'));

    expect(list.map(({ person }) => person)).toEqual([ANA, CAT, ANA]);
  });
});

describe('overrides', () => {
  const weaker = override(T0 + DAY, T0 + 3 * DAY, { id: 'first', person: CAT, madeAt: 1 });
  const stronger = override(T0 + 2 * DAY, T0 + 4 * DAY, { id: 'second', person: DAN, madeAt: 2 });

  it.each([
    ['in the order in which they were made', [weaker, stronger]],
    ['in any other', [stronger, weaker]],
  ])('the one made later wins where two overlap, read %s', (_, covers) => {
    expect(shifts(rotation(), covers, T0, T0 + 5 * DAY).map(({ person, from }) => [person, (from - T0) / DAY])).toEqual(
      [
        ...[
          [ANA, 0],
          [CAT, 1],
        ],
        ...[
          [DAN, 2],
          [ANA, 4],
        ],
      ],
    );
  });

  it('count where no layer has begun', () => {
    expect(whoIsOnCall(rotation(), [override(T0 - DAY, T0 - HOUR)], T0 - 2 * HOUR)?.person).toBe(DAN);
  });

  it('count from their first moment and not at their last', () => {
    const cover = [override(T0 + DAY, T0 + 2 * DAY)];

    expect(
      [T0 + DAY - 1, T0 + DAY, T0 + 2 * DAY - 1, T0 + 2 * DAY].map(
        (moment) => whoIsOnCall(rotation(), cover, moment)?.person,
      ),
    ).toEqual([...[ANA, DAN, DAN, ANA]]);
  });
});
