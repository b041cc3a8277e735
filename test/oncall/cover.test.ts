import { describe, expect, it } from 'vitest';
import { askCover, type CoverRequest, takeCover, withdrawCover } from '../../src/oncall/cover.ts';
import { newOverride, takenBack } from '../../src/oncall/override.ts';
import { shifts, whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, BEN, CAT, DAN, DAY, HOUR, override, rotation, T0, WEEK } from './given.ts';

const NOW = T0 + HOUR;

function wish(from: number, to: number, person: string = DAN) {
  return { id: 'w1', person, by: person, from, to, note: ' Dentist ' };
}

describe('a new override', () => {
  it('is what was asked for', () => {
    expect(newOverride(rotation(), wish(T0 + DAY, T0 + 2 * DAY), NOW)).toEqual({
      ok: true,
      value: {
        ...{ id: 'w1', rotation: 'payments', person: DAN, by: DAN, from: T0 + DAY, to: T0 + 2 * DAY },
        ...{ madeAt: NOW, note: 'Dentist' },
      },
    });
  });

  it('begins now at the soonest: what was, was', () => {
    expect(newOverride(rotation(), wish(T0 - DAY, T0 + DAY), NOW)).toMatchObject({ value: { from: NOW } });
  });

  it.each([
    ['ends before it begins', T0 + 2 * DAY, T0 + DAY, 'An override ends after it begins.'],
    ['has no length', T0 + DAY, T0 + DAY, 'An override ends after it begins.'],
    ['has no time', Number.NaN, T0 + DAY, 'An override ends after it begins.'],
    ['is over', T0 - 2 * DAY, T0, 'That time was over at Mon 23 Nov 2026 09:00 (Europe/Berlin).'],
    ['is too long', T0 + DAY, T0 + 92 * DAY, 'An override lasts at most 90 days.'],
  ])('is refused when it %s', (_, from, to, message) => {
    expect(newOverride(rotation(), wish(from, to), NOW)).toMatchObject({
      ok: false,
      rejection: { code: 'bad_input', message, hint: expect.any(String) },
    });
  });
});

describe('an override that is taken back', () => {
  const cover = override(T0 + DAY, T0 + 3 * DAY);

  it.each([
    ['leaves nothing before it begins', T0, { ok: true, value: null }],
    ['leaves nothing in its first moment', T0 + DAY, { ok: true, value: null }],
    ['leaves what has passed', T0 + 2 * DAY, { ok: true, value: { ...cover, to: T0 + 2 * DAY } }],
  ])('%s', (_, now, expected) => {
    expect(takenBack(cover, now)).toEqual(expected);
  });

  it('cannot be when it is over', () => {
    expect(takenBack(cover, cover.to)).toMatchObject({ ok: false, rejection: { code: 'not_open' } });
  });
});

describe('a request for cover', () => {
  const request = (covers: Parameters<typeof askCover>[1] = [], from = T0 + DAY, to = T0 + 2 * DAY): CoverRequest => {
    const asked = askCover(rotation(), covers, wish(from, to, ANA), NOW);
    if (!asked.ok) throw new Error(asked.rejection.message);
    return asked.value;
  };

  it('changes nothing until somebody takes it', () => {
    expect(request()).toEqual({
      ...{ id: 'w1', rotation: 'payments', asker: ANA, spans: [{ from: T0 + DAY, to: T0 + 2 * DAY }] },
      ...{ askedAt: NOW, note: 'Dentist', taken: null, withdrawnAt: null },
    });
  });

  it('is for the shifts of whoever asks alone', () => {
    expect(request([], T0 + 6 * DAY, T0 + 15 * DAY).spans).toEqual([
      { from: T0 + 6 * DAY, to: T0 + WEEK },
      { from: T0 + 2 * WEEK, to: T0 + 15 * DAY },
    ]);
  });

  it('is for what is still to come of a shift', () => {
    expect(request([], T0 - DAY, T0 + DAY).spans).toEqual([{ from: NOW, to: T0 + DAY }]);
  });

  it.each([
    ['they are not on call then', T0 + WEEK, T0 + 2 * WEEK, 'nothing_to_do'],
    ['the time is over', T0 - DAY, T0, 'bad_input'],
    ['it ends before it begins', T0 + DAY, T0, 'bad_input'],
  ])('is refused when %s', (_, from, to, code) => {
    expect(askCover(rotation(), [], wish(from, to, ANA), NOW)).toMatchObject({ ok: false, rejection: { code } });
  });

  it('puts whoever takes it on call, and the asker again afterwards', () => {
    const taken = takeCover(rotation(), [], request(), CAT, NOW + HOUR);
    if (!taken.ok) throw new Error(taken.rejection.message);
    const { overrides } = taken.value;

    expect(taken.value.request.taken).toEqual({ by: CAT, at: NOW + HOUR });
    expect(shifts(rotation(), overrides, T0, T0 + 3 * DAY).map(({ person }) => person)).toEqual([ANA, CAT, ANA]);
    expect(overrides).toMatchObject([{ id: 'w1/1', by: CAT, madeAt: NOW + HOUR, note: 'Dentist' }]);
  });

  it('is taken from now on where it has begun', () => {
    const now = T0 + DAY + HOUR;

    expect(takeCover(rotation(), [], request(), CAT, now)).toMatchObject({
      value: { overrides: [{ from: now, to: T0 + 2 * DAY }] },
    });
  });

  it('leaves alone what somebody else has taken over meanwhile', () => {
    const meanwhile = override(T0 + DAY, T0 + DAY + 6 * HOUR);
    const taken = takeCover(rotation(), [meanwhile], request(), CAT, NOW + HOUR);

    expect(taken).toMatchObject({ value: { overrides: [{ from: meanwhile.to, to: T0 + 2 * DAY }] } });
    if (taken.ok) expect(whoIsOnCall(rotation(), [meanwhile, ...taken.value.overrides], T0 + DAY)?.person).toBe(DAN);
  });

  it('makes an override for each shift', () => {
    const taken = takeCover(rotation(), [], request([], T0 + 6 * DAY, T0 + 15 * DAY), CAT, NOW);

    expect(taken).toMatchObject({
      value: {
        overrides: [
          { id: 'w1/1', to: T0 + WEEK },
          { id: 'w1/2', from: T0 + 2 * WEEK },
        ],
      },
    });
  });

  const taken = { ...request(), taken: { by: BEN, at: NOW } };
  it.each<[string, CoverRequest, string, string, number]>([
    ['by whoever asks', request(), ANA, 'bad_input', NOW],
    ['twice by the same person', taken, BEN, 'already_yours', NOW],
    ['when another has it', taken, CAT, 'not_open', NOW],
    ['when it is withdrawn', { ...request(), withdrawnAt: NOW }, CAT, 'not_open', NOW],
    ['when it is over', request(), CAT, 'not_open', T0 + 2 * DAY],
  ])('cannot be taken %s', (_, one, person, code, now) => {
    expect(takeCover(rotation(), [], one, person, now)).toMatchObject({ ok: false, rejection: { code } });
  });

  it('cannot be taken when the asker has no shift then any more', () => {
    const all = override(T0, T0 + WEEK);

    expect(takeCover(rotation(), [all], request(), CAT, NOW)).toMatchObject({
      rejection: { code: 'changed_since_seen' },
    });
  });

  it('is withdrawn once, and not when somebody has taken it', () => {
    expect(withdrawCover(request(), NOW)).toMatchObject({ value: { withdrawnAt: NOW } });
    expect(withdrawCover({ ...request(), withdrawnAt: NOW }, NOW)).toMatchObject({
      rejection: { code: 'nothing_to_do' },
    });
    expect(withdrawCover(taken, NOW)).toMatchObject({ rejection: { code: 'not_open' } });
  });
});
