import { beforeEach, describe, expect, it } from 'vitest';
import { DAN, DAY, HOUR, layer, rotation, T0, wall } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { type Clock, clockAt, granted, listening, processWith, ROTATION, type Told } from './given.ts';

const server = useRedis();
/** Nobody from Tuesday the 1st on, eight days after T0. */
const ENDING = rotation(layer({ until: wall('2026-12-01T09:00') }));
const END = T0 + 8 * DAY;

let clock: Clock;
let told: Told;
const open = (one = ENDING) => processWith({ redis: server.client(), clock, told, rotation: one });
const gaps = () => told.gaps.map(({ warning: { from, to } }) => [from, to]);

beforeEach(() => {
  clock = clockAt(T0);
  told = listening();
});

/** Every process comes by once an hour. */
async function pass(from: number, to: number, ...processes: ReturnType<typeof open>[]): Promise<void> {
  for (let at = from; at <= to; at += HOUR) {
    clock.set(at);
    await Promise.all(processes.map((one) => one.sweep()));
  }
}

describe('a gap', () => {
  it('is told seven days ahead, and again on the day before it, whoever looks', async () => {
    const processes = [open(), open()];
    await pass(T0, T0 + DAY, ...processes);
    expect(gaps()).toEqual([]);

    await pass(T0 + DAY + HOUR, END - DAY, ...processes);
    expect(gaps()).toEqual([[END, null]]);
    expect(told.gaps[0]).toMatchObject({ service: 'shop', rotation: { title: 'Payments' } });
    expect(told.gaps[0]?.warning.words).toMatch(/^Payments: nobody is on call from Tue 1 Dec 2026 09:00/);

    await pass(END - DAY + HOUR, END + 2 * DAY, ...processes);
    expect(gaps()).toEqual([
      [END, null],
      [END, null],
    ]);
  });

  it('that is near when it is found is told once', async () => {
    const one = open();
    await pass(END - 3 * HOUR, END - HOUR, one);

    expect(gaps()).toEqual([[END, null]]);
  });

  it('that had begun when anybody looked is told', async () => {
    await pass(END + DAY, END + DAY + 3 * HOUR, open());

    expect(told.gaps.map(({ warning: { words } }) => words)).toEqual([
      expect.stringMatching(/^Payments: nobody is on call now and for a month at least/),
    ]);
  });

  it('of a rotation that names nobody is told', async () => {
    await pass(T0, T0 + 3 * HOUR, open(rotation(layer({ seats: [] }))));

    expect(gaps()).toEqual([[T0, null]]);
  });

  it('is none where somebody is found', async () => {
    const one = open();
    const time = { from: END, to: END + 60 * DAY };
    granted(await one.onCall.override(ROTATION, { id: 'o1', person: DAN, by: DAN, note: '', ...time }));
    await pass(T0 + 2 * DAY, T0 + 2 * DAY + HOUR, one);

    expect(gaps()).toEqual([]);
  });

  it('that is meant is none', async () => {
    await pass(T0 + 2 * DAY, T0 + 2 * DAY + HOUR, open({ ...ENDING, mayHaveGaps: true }));

    expect(gaps()).toEqual([]);
  });
});
