import { beforeEach, describe, expect, it } from 'vitest';
import { createKeys } from '../../src/store/keys.ts';
import { createCalendarKeys } from '../../src/store/on-call-keys.ts';
import { createOnCallLetters, type Dated } from '../../src/store/on-call-letters.ts';
import { createOnCallPlans } from '../../src/store/on-call-plans.ts';
import { createRounds, createTold } from '../../src/store/on-call-rounds.ts';
import { ANA, BEN, DAY, HOUR, override, T0 } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
const keys = createKeys();
const NAME = 'shop/payments';
let redis: ReturnType<typeof server.client>;

beforeEach(() => {
  redis = server.client();
});

describe('the plan of a rotation', () => {
  const one = override(T0, T0 + HOUR, { rotation: NAME });
  const plans = () => createOnCallPlans(redis, keys);
  const request = {
    ...{ id: 'c1', rotation: NAME, asker: ANA, spans: [{ from: T0, to: T0 + HOUR }], askedAt: T0, note: '' },
    ...{ taken: null, withdrawnAt: null },
  };

  it('is empty at first', async () => {
    expect(await plans().load(NAME)).toEqual({
      ...{ rotation: NAME, revision: '0', overrides: [], covers: [], fromCalendar: [], calendar: null },
    });
  });

  it('changes as a whole, and hand-offs are looked for then', async () => {
    const before = await plans().load(NAME);

    expect(await plans().change(before, { overrides: [one], covers: [request] }, T0)).toBe(true);

    expect(await plans().load(NAME)).toMatchObject({ revision: '1', overrides: [one], covers: [request] });
    expect(await redis.zscore(keys.onCallDue, NAME)).toBe(String(T0));
  });

  it('does not change for who has not seen the last change', async () => {
    const before = await plans().load(NAME);
    await plans().change(before, { overrides: [one] }, T0);

    expect(await plans().change(before, { goneOverrides: [one.id], covers: [request] }, T0)).toBe(false);

    expect(await plans().load(NAME)).toMatchObject({ revision: '1', overrides: [one], covers: [] });
  });

  it('loses what goes', async () => {
    await plans().change(await plans().load(NAME), { overrides: [one], covers: [request] }, T0);
    await plans().change(await plans().load(NAME), { goneOverrides: [one.id], goneCovers: ['c1'] }, T0);

    expect(await plans().load(NAME)).toMatchObject({ revision: '2', overrides: [], covers: [] });
  });

  it('keeps what a calendar said while it cannot be read', async () => {
    await plans().keepTrouble(NAME, ['It does not answer.']);
    expect((await plans().load(NAME)).calendar).toEqual({ readAt: null, trouble: ['It does not answer.'] });

    await plans().keepCalendar(NAME, [one], { readAt: T0, trouble: [] });
    await plans().keepTrouble(NAME, ['It does not answer.']);

    expect(await plans().load(NAME)).toMatchObject({
      fromCalendar: [one],
      calendar: { readAt: T0, trouble: ['It does not answer.'] },
    });
  });
});

describe('rounds', () => {
  const rounds = () => createRounds(redis, keys.onCallRounds);

  it('are with one at a time, and come back when that one fails', async () => {
    await rounds().want(['a', 'b'], T0);
    const claims = await Promise.all([rounds().claim(T0, T0 + HOUR, 10), rounds().claim(T0, T0 + HOUR, 10)]);

    expect(claims.flat().sort()).toEqual(['a', 'b']);
    expect(await rounds().claim(T0 + HOUR - 1, T0 + DAY, 10)).toEqual([]);
    expect(await rounds().claim(T0 + HOUR, T0 + DAY, 1)).toEqual(['a']);
  });

  it('keep their time when they are wanted again, and lose it when somebody looks', async () => {
    await rounds().look(['a'], T0 + DAY);
    await rounds().want(['a'], T0);
    expect(await rounds().claim(T0, T0 + HOUR, 10)).toEqual([]);

    await rounds().look(['a'], T0);
    expect(await rounds().claim(T0, T0 + HOUR, 10)).toEqual(['a']);
  });

  it('are planned anew, unless somebody wants them sooner by then', async () => {
    await rounds().want(['a', 'b'], T0);
    await rounds().claim(T0, T0 + HOUR, 10);
    await rounds().look(['b'], T0 + 1); // something has changed while it was looked at
    for (const one of ['a', 'b', 'gone']) await rounds().settle(one, T0 + HOUR, T0 + DAY);

    expect(await rounds().claim(T0 + HOUR, T0 + 2 * HOUR, 10)).toEqual(['b']);
    expect(await rounds().claim(T0 + DAY, T0 + 2 * DAY, 10)).toEqual(['b', 'a']);
  });

  it('end when they are forgotten', async () => {
    await rounds().want(['a'], T0);
    await rounds().forget('a');
    await rounds().want([], T0);

    expect(await rounds().claim(T0, T0 + HOUR, 10)).toEqual([]);
  });
});

describe('what was told', () => {
  it('is told once, until it is forgotten', async () => {
    const told = createTold(redis, keys);

    expect([await told.say('x', HOUR), await told.say('x', HOUR), await told.isSaid('x')]).toEqual([true, false, true]);
    await told.forget('x');
    expect([await told.isSaid('x'), await told.say('x', HOUR)]).toEqual([false, true]);
    expect(await redis.pttl(keys.onCallTold('x'))).toBeGreaterThan(HOUR / 2);
  });
});

describe('letters of a hand-off', () => {
  const letters = () => createOnCallLetters(redis, keys);
  const summary = { rotation: NAME, at: T0, from: ANA, to: BEN, since: null, until: null, next: null };
  const dated = (id: string, at = T0): Dated => ({ id, at, letter: { kind: 'hand-off', rotation: NAME, summary } });
  const after = { at: T0, to: BEN, received: null };
  const done = { rotation: NAME, before: null, after, letters: [dated('l1'), dated('l2', T0 + HOUR)], recalled: null };

  it('are there as soon as it is done, each at its time', async () => {
    expect(await letters().hand(done)).toBe(true);

    expect(await letters().handed(NAME)).toEqual(after);
    expect(await letters().claim(T0, T0 + DAY, 10)).toEqual([dated('l1')]);
    expect(await letters().claim(T0 + HOUR, T0 + DAY, 10)).toEqual([dated('l2', T0 + HOUR)]);
  });

  it('are those of one of two who do it', async () => {
    const results = await Promise.all([
      letters().hand(done),
      letters().hand({ ...done, after: { ...after, to: ANA }, letters: [dated('other')] }),
    ]);

    expect(results).toEqual([true, false]);
    expect((await letters().claim(T0, T0 + DAY, 10)).map(({ id }) => id)).toEqual(['l1']);
  });

  it('are recalled by the next one, which knows the last', async () => {
    await letters().hand(done);
    const next = { at: T0 + 1, to: ANA, received: { by: ANA, at: T0 + 1 } };

    expect(await letters().hand({ ...done, before: after, after: next, letters: [], recalled: 'l2' })).toBe(true);

    expect(await letters().claim(T0 + DAY, T0 + 2 * DAY, 10)).toEqual([dated('l1')]);
    expect(await letters().hand({ ...done, before: next, after, letters: [], recalled: null })).toBe(true);
  });

  it('come again while they are not done', async () => {
    await letters().hand(done);
    await letters().claim(T0, T0 + HOUR, 10);
    expect(await letters().claim(T0 + HOUR - 1, T0 + DAY, 10)).toEqual([]);
    expect(await letters().claim(T0 + HOUR, T0 + DAY, 10)).toHaveLength(2);

    await letters().done('l1');
    await letters().done('l2');
    expect(await letters().claim(T0 + 9 * DAY, T0 + 10 * DAY, 10)).toEqual([]);
    expect(await redis.exists(keys.onCallLetters, keys.onCallLettersDue)).toBe(0);
  });

  it('that warn are written once while it is true', async () => {
    expect(await letters().warn('gap', HOUR, dated('g1'))).toBe(true);
    expect(await letters().warn('gap', HOUR, dated('g2'))).toBe(false);

    expect(await letters().claim(T0, T0 + DAY, 10)).toEqual([dated('g1')]);
  });
});

describe('the secrets of calendars', () => {
  it('are one for each person, also for two who ask at once', async () => {
    const secrets = createCalendarKeys(redis, keys);
    const [a, b, other] = await Promise.all([secrets.keyOf(ANA), secrets.keyOf(ANA), secrets.keyOf(BEN)]);

    expect(a).toBe(b);
    expect(a).not.toBe(other);
    expect(await secrets.known(ANA)).toBe(a);
    expect(await secrets.known('U0NOBODY')).toBeNull();
  });
});
