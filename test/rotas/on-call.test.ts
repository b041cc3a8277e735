import { beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { ANA, at, BEN, CAT, DAN, DAY, HOUR, layer, rotation, T0, WEEK, wall } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { type Clock, clockAt, granted, listening, processWith, ROTATION, refusalOf } from './given.ts';

const redis = useRedis();
let clock: Clock;
let tocsin: ReturnType<typeof processWith>;
const onCall = () => tocsin.onCall;
const who = () => onCall().who('shop', 'payments');
const wish = (id: string, more: object = {}) => ({
  ...{ id, person: DAN, by: DAN, from: T0 + DAY, to: T0 + 2 * DAY, note: '' },
  ...more,
});

beforeEach(() => {
  clock = clockAt(T0 + HOUR);
  tocsin = processWith({ redis: redis.client(), clock, told: listening() });
});

describe('who is on call', () => {
  it('is whoever has the turn', async () => {
    expect(await who()).toBe(ANA);

    clock.set(T0 + WEEK);

    expect(await who()).toBe(BEN);
  });

  it('is nobody in a rotation that there is not', async () => {
    expect(await onCall().who('shop', 'other')).toBeNull();
    expect(await onCall().who('other', 'payments')).toBeNull();
  });

  it('is nobody where the layers name nobody', async () => {
    tocsin.takeFiles(rotation(layer({ seats: [] })));

    expect(await who()).toBeNull();
    expect(await onCall().standing()).toMatchObject([
      { person: null, since: null, until: null, next: null, gaps: [{ from: clock.now(), to: null }] },
    ]);
  });

  it('is not told while Redis is away', async () => {
    const client = redis.client();
    const other = processWith({ redis: client, clock, told: listening() });
    client.disconnect();

    await expect(other.onCall.who('shop', 'payments')).rejects.toBeInstanceOf(TransientError);
  });

  it('changes at nine by the clock on the wall, also on the day on which clocks are set back', async () => {
    tocsin.takeFiles(rotation(layer({ start: wall('2026-10-19T09:00') })));
    clock.set(at('2026-10-26T08:59+01:00')); // the last Sunday of October was a day of 25 hours

    expect(await who()).toBe(ANA);

    clock.set(at('2026-10-26T09:00+01:00'));

    expect(await who()).toBe(BEN);
  });
});

describe('an override', () => {
  it('puts somebody on call for its time', async () => {
    granted(await onCall().override(ROTATION, wish('o1')));
    expect(await who()).toBe(ANA);

    clock.set(T0 + DAY);
    expect(await who()).toBe(DAN);

    clock.set(T0 + 2 * DAY);
    expect(await who()).toBe(ANA);
  });

  it('is one however often the request comes', async () => {
    const first = granted(await onCall().override(ROTATION, wish('o1')));
    const again = granted(await onCall().override(ROTATION, wish('o1', { person: CAT })));

    expect(again).toEqual(first);
    expect((await onCall().standing('shop'))[0]?.overrides).toEqual([first]);
  });

  it('can be taken back before it begins, and then it never was', async () => {
    granted(await onCall().override(ROTATION, wish('o1')));
    granted(await onCall().takeBack(ROTATION, 'o1', ANA));

    expect((await onCall().standing())[0]?.overrides).toEqual([]);
    expect(refusalOf(await onCall().takeBack(ROTATION, 'o1', ANA))).toBe(
      'There is no such override in Payments any more.',
    );
  });

  it('can be ended, and what has passed of it stays', async () => {
    granted(await onCall().override(ROTATION, wish('o1')));
    clock.set(T0 + DAY + HOUR);
    granted(await onCall().takeBack(ROTATION, 'o1', DAN));

    expect(await who()).toBe(ANA);
    expect((await onCall().standing())[0]).toMatchObject({ person: ANA, since: T0 + DAY + HOUR });
  });

  it('is refused in words', async () => {
    expect(refusalOf(await onCall().override(ROTATION, wish('o1', { to: T0 })))).toBe(
      'An override ends after it begins.',
    );
    expect(refusalOf(await onCall().override('shop/other', wish('o1')))).toBe('There is no rotation shop/other.');
  });

  it('is forgotten two months after it, when something else is changed', async () => {
    const client = redis.client();
    granted(await onCall().override(ROTATION, wish('o1')));
    clock.set(T0 + 63 * DAY);
    granted(await onCall().override(ROTATION, wish('o2', { from: clock.now(), to: clock.now() + HOUR })));

    expect(await client.hkeys('{tocsin}:oncall:overrides:shop/payments')).toEqual(['o2']);
  });

  it('by many at once are all there', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `o${i}`);
    await Promise.all(
      ids.map(async (id, i) =>
        granted(await onCall().override(ROTATION, wish(id, { from: T0 + (i + 1) * DAY, to: T0 + (i + 2) * DAY }))),
      ),
    );

    expect((await onCall().standing())[0]?.overrides.map(({ id }) => id)).toEqual(ids);
  });
});

describe('a cover request', () => {
  const asking = { id: 'c1', by: ANA, from: T0 + DAY, to: T0 + 2 * DAY, note: 'Dentist' };

  it('changes nothing until somebody takes it', async () => {
    const request = granted(await onCall().askCover(ROTATION, asking));
    clock.set(T0 + DAY);

    expect(await who()).toBe(ANA);
    expect((await onCall().standing())[0]?.covers).toEqual([request]);

    granted(await onCall().takeCover(ROTATION, 'c1', CAT));

    expect(await who()).toBe(CAT);
    expect((await onCall().standing())[0]?.covers).toEqual([]);
  });

  it('is taken by one of two who press at once, in two processes', async () => {
    const other = processWith({ redis: redis.client(), clock, told: listening() });
    granted(await onCall().askCover(ROTATION, asking));

    const results = await Promise.all([
      onCall().takeCover(ROTATION, 'c1', CAT),
      other.onCall.takeCover(ROTATION, 'c1', DAN),
    ]);

    const winners = results.filter(({ ok }) => ok);
    expect(winners).toHaveLength(1);
    clock.set(T0 + DAY);
    const winner = await who();
    expect([CAT, DAN]).toContain(winner);
    expect(results.map((one) => (one.ok ? winner : one.rejection.message)).sort()).toEqual(
      [`<@${winner}> has taken it already.`, winner].sort(),
    );
    expect((await onCall().standing())[0]?.overrides).toHaveLength(1);
  });

  it('is withdrawn by who has asked, and by nobody else', async () => {
    granted(await onCall().askCover(ROTATION, asking));

    expect(refusalOf(await onCall().withdrawCover(ROTATION, 'c1', BEN))).toBe(
      `<@${ANA}> has asked: only they withdraw it.`,
    );
    granted(await onCall().withdrawCover(ROTATION, 'c1', ANA));
    expect(refusalOf(await onCall().takeCover(ROTATION, 'c1', CAT))).toBe(`<@${ANA}> has withdrawn the request.`);
    expect(refusalOf(await onCall().takeCover(ROTATION, 'c2', CAT))).toBe(
      'There is no such cover request in Payments any more.',
    );
  });

  it('is one however often the request comes', async () => {
    const first = granted(await onCall().askCover(ROTATION, asking));
    granted(await onCall().takeCover(ROTATION, 'c1', CAT));

    expect(granted(await onCall().askCover(ROTATION, asking))).toMatchObject({ id: first.id, taken: { by: CAT } });
  });
});

describe('a hand-over by hand', () => {
  it('is until the shift would have ended', async () => {
    const made = granted(await onCall().handOver(ROTATION, { id: 'h1', by: ANA, to: DAN, note: '' }));

    expect(made).toMatchObject({ person: DAN, by: ANA, from: clock.now(), to: T0 + WEEK });
    expect(await who()).toBe(DAN);
    clock.set(T0 + WEEK);
    expect(await who()).toBe(BEN);
  });

  it('is for whoever is on call', async () => {
    const to = (by: string, whom: string) => onCall().handOver(ROTATION, { id: 'h1', by, to: whom, note: '' });

    expect(refusalOf(await to(BEN, DAN))).toBe(`<@${ANA}> is on call in Payments: only they hand it over.`);
    expect(refusalOf(await to(ANA, ANA))).toBe('You have it already.');
    tocsin.takeFiles(rotation(layer({}, ANA)));
    expect(refusalOf(await to(ANA, DAN))).toBe('The shift in Payments has no end.');
    tocsin.takeFiles(rotation(layer({ seats: [] })));
    expect(refusalOf(await to(ANA, DAN))).toBe('Nobody is on call in Payments: there is nothing to hand over.');
  });
});

describe('the standing of a rotation', () => {
  it('says since when, until when and who is next', async () => {
    expect(await onCall().standing()).toEqual([
      {
        ...{ service: 'shop', rotation: ROTATION, title: 'Payments', zone: 'Europe/Berlin' },
        ...{ person: ANA, since: T0, until: T0 + WEEK, next: BEN, receivedAt: null },
        ...{ gaps: [], covers: [], overrides: [], calendar: null },
      },
    ]);
    expect(await onCall().standing('other')).toEqual([]);
  });

  it('tells gaps of the next seven days', async () => {
    tocsin.takeFiles(rotation(layer({ until: wall('2026-11-28T09:00') })));

    expect((await onCall().standing())[0]?.gaps).toMatchObject([{ from: T0 + 5 * DAY, to: null }]);
  });
});
