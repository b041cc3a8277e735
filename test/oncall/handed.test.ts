import { describe, expect, it } from 'vitest';
import { handedNow } from '../../src/oncall/handed.ts';
import { ANA, BEN, CAT, DAN, DAY, HOUR, layer, override, rotation, T0, WEEK } from './given.ts';

const before = { at: T0, to: ANA, received: { by: ANA, at: T0 } };

describe('what has become of a rotation since its last hand-off', () => {
  it('is only noted the first time', () => {
    expect(handedNow(rotation(), [], null, T0 + HOUR)).toEqual({
      handed: { at: T0, to: ANA, received: null },
      handOff: null,
    });
  });

  it('is nothing while the same person is on call', () => {
    expect(handedNow(rotation(), [], before, T0 + WEEK - 1)).toEqual({ handed: before, handOff: null });
  });

  it('is a hand-off, which nobody has received yet', () => {
    expect(handedNow(rotation(), [], before, T0 + WEEK)).toEqual({
      handed: { at: T0 + WEEK, to: BEN, received: null },
      handOff: { rotation: 'payments', at: T0 + WEEK, from: ANA, to: BEN },
    });
  });

  it('is told also where it has come back to the same person meanwhile', () => {
    expect(handedNow(rotation(), [], before, T0 + 2 * WEEK).handOff).toMatchObject({ at: T0 + 2 * WEEK, to: ANA });
  });

  it('is that somebody else is on call without a hand-off, from now on', () => {
    expect(handedNow(rotation(layer({}, CAT)), [], before, T0 + HOUR)).toEqual({
      handed: { at: T0 + HOUR, to: CAT, received: null },
      handOff: { rotation: 'payments', at: T0 + HOUR, from: ANA, to: CAT },
    });
  });

  it('is received by who has put themselves on call', () => {
    const own = override(T0 + DAY, T0 + 2 * DAY);
    const [byDan, byAna] = [own, { ...own, by: ANA }].map((one) => handedNow(rotation(), [one], before, T0 + DAY));

    expect(byDan?.handed).toEqual({ at: T0 + DAY, to: DAN, received: { by: DAN, at: T0 + DAY } });
    expect(byAna?.handed.received).toBeNull();
  });

  it('is nothing where a gap is meant, and nothing when the same person comes back', () => {
    const office = rotation(layer({ hours: [{ days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 }] }));
    const meant = { ...office, mayHaveGaps: true };
    const evening = handedNow(meant, [], before, T0 + 9 * HOUR);
    const morning = handedNow(meant, [], evening.handed, T0 + DAY);

    expect(evening).toEqual({ handed: { ...before, at: T0 + 8 * HOUR }, handOff: null });
    expect(morning).toEqual({ handed: { ...before, at: T0 + DAY }, handOff: null });
    expect(handedNow(office, [], before, T0 + 9 * HOUR).handOff).toMatchObject({ at: T0 + 8 * HOUR, to: null });
  });

  it('is nothing where nobody ever is on call', () => {
    const nobody = { ...rotation(), layers: [] };
    const first = handedNow(nobody, [], null, T0);

    expect(first).toEqual({ handed: { at: T0, to: null, received: null }, handOff: null });
    expect(handedNow(nobody, [], first.handed, T0 + DAY)).toEqual({ handed: first.handed, handOff: null });
  });
});
