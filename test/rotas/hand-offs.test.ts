import { beforeEach, describe, expect, it } from 'vitest';
import { ANA, at, BEN, CAT, DAN, DAY, HOUR, layer, MINUTE, rotation, T0, WEEK, wall } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { AWAY, type Clock, clockAt, granted, listening, processWith, ROTATION, refusalOf, type Told } from './given.ts';

const OFFICE = [{ days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 }];

const server = useRedis();
let clock: Clock;
let told: Told;
let trouble: Error | null;
let tocsin: ReturnType<typeof processWith>;

const another = (one = rotation()) =>
  processWith({ redis: server.client(), clock, told, rotation: one, trouble: () => trouble });
/** What was told, without the reminders. */
const handOffs = () => told.handOffs.filter(({ kind }) => kind === 'hand-off').map(({ summary }) => summary);
const reminders = () => told.handOffs.filter(({ kind }) => kind === 'reminder').map(({ summary }) => summary.at);

beforeEach(async () => {
  clock = clockAt(T0 + HOUR);
  told = listening();
  trouble = null;
  tocsin = another();
  await tocsin.sweep();
});

describe('a hand-off', () => {
  it('is not told of what was before anybody looked', () => {
    expect(told.handOffs).toEqual([]);
  });

  it('is told when its time has come, and once', async () => {
    clock.set(T0 + WEEK - 1);
    await tocsin.sweep();
    expect(told.handOffs).toEqual([]);

    clock.set(T0 + WEEK);
    await tocsin.sweep();
    await tocsin.sweep();

    expect(told.handOffs).toMatchObject([
      {
        ...{ kind: 'hand-off', service: 'shop', id: `hand-off:shop/payments:${T0 + WEEK}` },
        rotation: { name: ROTATION, title: 'Payments' },
        summary: { at: T0 + WEEK, from: ANA, to: BEN, since: T0, until: T0 + 2 * WEEK, next: ANA },
      },
    ]);
  });

  it('is told once by two processes that look at the same time', async () => {
    const other = another();
    await other.sweep();
    clock.set(T0 + WEEK);

    await Promise.all([tocsin.sweep(), other.sweep()]);
    await Promise.all([tocsin.sweep(), other.sweep()]);

    expect(handOffs()).toHaveLength(1);
  });

  it('is told by whoever is left, when one process has died in the middle of it', async () => {
    clock.set(T0 + WEEK);
    await server.client().zadd('{tocsin}:oncall:due', clock.now() + 30_000, ROTATION); // it was with the one that died

    await another().chores[1]?.run();
    expect(handOffs()).toEqual([]);

    clock.set(clock.now() + 30_000);
    await another().sweep();
    expect(handOffs()).toMatchObject([{ at: T0 + WEEK, to: BEN }]);
  });

  it('of a week and more without Tocsin is told as the newest one alone', async () => {
    clock.set(T0 + 3 * WEEK + DAY);
    await another().sweep();

    expect(handOffs()).toMatchObject([{ at: T0 + 3 * WEEK, from: ANA, to: BEN, until: T0 + 4 * WEEK }]);
  });

  it('is at the same time on the wall after clocks were set', async () => {
    const one = rotation(layer({ start: wall('2027-03-22T09:00') }));
    clock.set(at('2027-03-27T12:00+01:00'));
    const berlin = another(one);
    await berlin.sweep();
    told.handOffs.length = 0;
    clock.set(at('2027-03-29T08:59+02:00')); // nine in winter is eight in summer, which was an hour ago
    await berlin.sweep();
    expect(handOffs()).toEqual([]);

    clock.set(at('2027-03-29T09:00+02:00'));
    await berlin.sweep();
    expect(handOffs()).toMatchObject([{ at: clock.now(), from: ANA, to: BEN }]);
  });

  it('comes at both ends of an override', async () => {
    const time = { from: T0 + DAY, to: T0 + 2 * DAY };
    granted(await tocsin.onCall.override(ROTATION, { id: 'o1', person: DAN, by: ANA, note: '', ...time }));
    for (const later of [DAY, 2 * DAY]) {
      clock.set(T0 + later);
      await tocsin.sweep();
    }

    expect(handOffs()).toMatchObject([
      { at: T0 + DAY, from: ANA, to: DAN, until: T0 + 2 * DAY, next: ANA },
      { at: T0 + 2 * DAY, from: DAN, to: ANA },
    ]);
  });

  it('comes at once when somebody hands over by hand', async () => {
    granted(await tocsin.onCall.handOver(ROTATION, { id: 'h1', by: ANA, to: DAN, note: '' }));
    await tocsin.sweep();

    expect(handOffs()).toMatchObject([{ at: clock.now(), from: ANA, to: DAN }]);
  });

  it('comes at once when another file puts somebody else on call', async () => {
    tocsin.takeFiles(rotation(layer({}, CAT, DAN)));
    await tocsin.sweep();
    await tocsin.sweep();

    expect(handOffs()).toMatchObject([{ at: clock.now(), from: ANA, to: CAT, until: T0 + WEEK }]);
  });

  it('that could not be told is told later', async () => {
    trouble = AWAY;
    clock.set(T0 + WEEK);
    await tocsin.sweep();
    trouble = null;
    await tocsin.sweep();
    expect(handOffs()).toEqual([]); // in a minute

    clock.set(T0 + WEEK + MINUTE);
    await tocsin.sweep();
    expect(handOffs()).toMatchObject([{ at: T0 + WEEK, to: BEN }]);
  });

  it('that could not be told for a day is given up', async () => {
    trouble = AWAY;
    clock.set(T0 + WEEK);
    await tocsin.sweep();
    clock.set(T0 + WEEK + 2 * DAY);
    await tocsin.sweep();
    trouble = null;
    clock.set(T0 + WEEK + 3 * DAY);
    await tocsin.sweep();

    expect(handOffs()).toEqual([]);
    expect(await server.client().zcard('{tocsin}:oncall:letters:due')).toBe(0);
  });

  it('to nobody is told, and is no gap to warn of besides', async () => {
    const office = another(rotation(layer({ hours: OFFICE })));
    await office.sweep();
    told.gaps.length = 0;
    clock.set(T0 + 8 * HOUR);
    await office.sweep();
    clock.set(T0 + 10 * HOUR);
    await office.sweep();

    expect(handOffs()).toMatchObject([{ at: T0 + 8 * HOUR, from: ANA, to: null, until: null }]);
    expect(told.gaps.map(({ warning }) => warning.from)).not.toContain(T0 + 8 * HOUR);
    expect(reminders()).toEqual([]);
  });

  it('into and out of a gap that is meant is not told', async () => {
    const office = another({ ...rotation(layer({ hours: OFFICE })), mayHaveGaps: true });
    await office.sweep();
    for (const later of [8 * HOUR, DAY, DAY + 8 * HOUR]) {
      clock.set(T0 + later);
      await office.sweep();
    }
    expect(told).toMatchObject({ handOffs: [], gaps: [] });

    clock.set(T0 + WEEK);
    await office.sweep();
    expect(handOffs()).toMatchObject([{ at: T0 + WEEK, to: BEN }]);
  });

  it('is none of a rotation that is in no file any more', async () => {
    tocsin.takeFiles({ ...rotation(), name: 'other' });
    clock.set(T0 + WEEK);
    await tocsin.sweep();

    expect(told.handOffs).toEqual([]);
    expect(await server.client().zrange('{tocsin}:oncall:due', 0, '-1')).toEqual(['shop/other']);
  });
});

describe('"I have it"', () => {
  const received = (who: string) => tocsin.onCall.received(ROTATION, T0 + WEEK, who);
  beforeEach(async () => {
    clock.set(T0 + WEEK);
    await tocsin.sweep();
  });

  it('is missed after half an hour, and both are told once more', async () => {
    clock.set(T0 + WEEK + 30 * MINUTE - 1);
    await tocsin.sweep();
    expect(reminders()).toEqual([]);

    clock.set(T0 + WEEK + 30 * MINUTE);
    await tocsin.sweep();
    clock.set(T0 + WEEK + 5 * HOUR);
    await tocsin.sweep();
    expect(reminders()).toEqual([T0 + WEEK]);
    expect(told.handOffs.at(-1)).toMatchObject({ kind: 'reminder', summary: { from: ANA, to: BEN } });
  });

  it('is not missed when it was said', async () => {
    expect(granted(await received(BEN))).toEqual({ by: BEN, at: T0 + WEEK });
    clock.set(T0 + WEEK + HOUR);
    await tocsin.sweep();

    expect(reminders()).toEqual([]);
    expect((await tocsin.onCall.standing())[0]?.receivedAt).toBe(T0 + WEEK);
    expect(granted(await received(BEN))).toEqual({ by: BEN, at: T0 + WEEK }); // said again, it was said then
  });

  it('is for whoever has it, and for the last hand-off', async () => {
    expect(refusalOf(await received(ANA))).toBe(`<@${BEN}> is on call: only they say so.`);
    clock.set(T0 + 2 * WEEK);
    await tocsin.sweep();
    expect(refusalOf(await received(BEN))).toBe('Somebody else has been put on call since.');
  });

  it('can be said after a gap that is meant, and by nobody else', async () => {
    const office = another({ ...rotation(layer({ hours: OFFICE })), mayHaveGaps: true });
    for (const later of [WEEK + 8 * HOUR, WEEK + 9 * HOUR]) {
      clock.set(T0 + later);
      await office.sweep();
    }
    const said = (who: string) => office.onCall.received(ROTATION, T0 + WEEK, who);

    expect(refusalOf(await said(ANA))).toBe('Somebody else has been put on call since.');
    expect(granted(await said(BEN))).toEqual({ by: BEN, at: T0 + WEEK + 9 * HOUR });
  });

  it('is not missed any more when somebody else has it', async () => {
    clock.set(T0 + WEEK + 10 * MINUTE);
    granted(await tocsin.onCall.handOver(ROTATION, { id: 'h1', by: BEN, to: DAN, note: '' }));
    await tocsin.sweep();
    clock.set(T0 + WEEK + 30 * MINUTE);
    await tocsin.sweep();
    expect(reminders()).toEqual([]);

    clock.set(T0 + WEEK + 40 * MINUTE);
    await tocsin.sweep();
    expect(reminders()).toEqual([T0 + WEEK + 10 * MINUTE]);
    expect(told.handOffs.at(-1)?.summary.to).toBe(DAN);
  });

  it('need not be said by who has taken it by themselves', async () => {
    const time = { from: T0 + WEEK + DAY, to: T0 + WEEK + 2 * DAY };
    granted(await received(BEN));
    granted(await tocsin.onCall.askCover(ROTATION, { id: 'c1', by: BEN, note: '', ...time }));
    granted(await tocsin.onCall.takeCover(ROTATION, 'c1', CAT));
    for (const later of [0, HOUR]) {
      clock.set(time.from + later);
      await tocsin.sweep();
    }

    expect(handOffs().at(-1)).toMatchObject({ from: BEN, to: CAT });
    expect(reminders()).toEqual([]);
  });
});
