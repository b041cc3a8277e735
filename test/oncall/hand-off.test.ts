import { describe, expect, it } from 'vitest';
import { handOffSummary, handOffs, nextHandOff } from '../../src/oncall/hand-off.ts';
import { ANA, at, BEN, CAT, DAN, DAY, HOUR, layer, override, rotation, T0, WEEK, wall } from './given.ts';

describe('hand-offs', () => {
  it('are from one person to the next', () => {
    expect(handOffs(rotation(), [], T0, T0 + 2 * WEEK)).toEqual([
      { rotation: 'payments', at: T0 + WEEK, from: ANA, to: BEN },
      { rotation: 'payments', at: T0 + 2 * WEEK, from: BEN, to: ANA },
    ]);
  });

  it('begin with the first person, whom nobody hands over to', () => {
    expect(handOffs(rotation(), [], T0 - DAY, T0)).toEqual([{ rotation: 'payments', at: T0, from: null, to: ANA }]);
  });

  it('are to nobody where a gap begins, and from nobody where it ends', () => {
    const office = layer({ hours: [{ days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 }] }, ANA);

    expect(handOffs(rotation(office), [], T0, T0 + DAY)).toEqual([
      { rotation: 'payments', at: T0 + 8 * HOUR, from: ANA, to: null },
      { rotation: 'payments', at: T0 + DAY, from: null, to: ANA },
    ]);
  });

  it('are none where somebody follows themselves', () => {
    expect(
      handOffs(rotation(layer({}, ANA)), [override(T0 + DAY, T0 + 2 * DAY, { person: ANA })], T0, T0 + 3 * WEEK),
    ).toEqual([]);
    expect(nextHandOff(rotation(layer({}, ANA)), [], T0)).toBeNull();
  });

  it('are at both ends of an override', () => {
    const found = handOffs(rotation(), [override(T0 + DAY, T0 + 2 * DAY)], T0, T0 + 3 * DAY);

    expect(found.map(({ at: moment, from, to }) => [(moment - T0) / DAY, from, to])).toEqual([
      [1, ANA, DAN],
      [2, DAN, ANA],
    ]);
  });
});

describe('the next hand-off', () => {
  it.each([
    ['is at the end of the turn', T0, T0 + WEEK],
    ['is found just before it', T0 + WEEK - 1, T0 + WEEK],
    ['is the one after that in the moment itself', T0 + WEEK, T0 + 2 * WEEK],
    ['is the beginning of what has not begun', T0 - 30 * DAY, T0],
  ])('%s', (_, after, expected) => {
    expect(nextHandOff(rotation(), [], after)?.at).toBe(expected);
  });

  it('is at the local time when clocks have been set meanwhile', () => {
    const one = rotation(layer({ start: wall('2026-03-23T09:00') }));

    expect(nextHandOff(one, [], at('2026-03-28T00:00Z'))?.at).toBe(at('2026-03-30T09:00+02:00'));
  });

  it('is found after half a year', () => {
    const one = rotation(layer({ turnMs: 26 * WEEK }));

    expect(nextHandOff(one, [], T0 + DAY)?.at).toBe(at('2027-05-24T09:00+02:00'));
  });
});

describe('what the message at a hand-off says', () => {
  it('who hands over, since when they were on call, until when the other is, and who is next', () => {
    const one = rotation(layer({}, ANA, BEN, CAT));
    const handOff = { rotation: 'payments', at: T0 + WEEK, from: ANA, to: BEN };

    expect(handOffSummary(one, [], handOff)).toEqual({ ...handOff, since: T0, until: T0 + 2 * WEEK, next: CAT });
  });

  it('counts one duty where the turns of a person follow each other', () => {
    const one = rotation(layer({}, ANA, ANA, BEN));
    const handOff = { rotation: 'payments', at: T0 + 2 * WEEK, from: ANA, to: BEN };

    expect(handOffSummary(one, [], handOff)).toMatchObject({ since: T0, until: T0 + 3 * WEEK, next: ANA });
  });

  it('knows no beginning where nobody was on call, and no end where nobody else comes', () => {
    const one = rotation(layer({}, ANA));
    const first = { rotation: 'payments', at: T0, from: null, to: ANA };

    expect(handOffSummary(one, [], first)).toEqual({ ...first, since: null, until: null, next: null });
  });

  it('takes overrides into account', () => {
    const cover = override(T0 + WEEK + DAY, T0 + WEEK + 2 * DAY);
    const handOff = { rotation: 'payments', at: T0 + WEEK, from: ANA, to: BEN };

    expect(handOffSummary(rotation(), [cover], handOff)).toMatchObject({ until: cover.from, next: DAN });
  });
});
