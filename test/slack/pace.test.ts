import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPace, type Paced } from '../../src/slack/pace.ts';
import { createKeys } from '../../src/store/keys.ts';
import { clockAt } from '../app/given.ts';
import { T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const POST: Paced = { method: 'post', channel: 'C1' };
const UPDATE: Paced = { method: 'update', channel: 'C1' };
const paceAt = (now: () => number, isOn = true) => createPace(redis, createKeys(), now, isOn);

/** How many calls pass when everybody asks as often as they can for this long, in steps. */
async function passed(what: Paced, forWhom: 'people' | 'machine', ms: number, stepMs: number): Promise<number> {
  const clock = clockAt();
  const pace = paceAt(clock.now);
  let count = 0;
  for (let at = 0; at <= ms; at += stepMs) {
    while ((await pace.take(what, forWhom)) === 0) count++;
    clock.pass(stepMs);
  }
  return count;
}

describe('the pace', () => {
  it.each([
    ['posts into a channel: a short burst and one a second', POST, 10_000, 3 + 10],
    ['edits: fewer than Slack lets pass in any minute, the first one too', UPDATE, 60_000, 50],
  ])('of %s', async (_, what, ms, most) => {
    const count = await passed(what, 'people', ms, 250);

    expect(count).toBeLessThanOrEqual(most);
    expect(count).toBeGreaterThan(most / 2);
  });

  it('never lets more pass than the burst and the rate allow, however the calls fall', async () => {
    const calls = fc.array(fc.record({ afterMs: fc.nat(2_500), isPerson: fc.boolean() }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(calls, async (given) => {
        await redis.flushdb();
        const clock = clockAt();
        const pace = paceAt(clock.now);
        let count = 0;
        for (const { afterMs, isPerson } of given) {
          clock.pass(afterMs);
          if ((await pace.take(POST, isPerson ? 'people' : 'machine')) === 0) count++;
        }

        expect(count).toBeLessThanOrEqual(3 + (clock.now() - T0) / 1_000);
      }),
      { numRuns: 40 },
    );
  });

  it('says after how long the call may be made, and then it may', async () => {
    const clock = clockAt();
    const pace = paceAt(clock.now);
    while ((await pace.take(UPDATE, 'machine')) === 0);

    const wait = await pace.take(UPDATE, 'machine');
    clock.pass(wait - 1);
    expect(await pace.take(UPDATE, 'machine')).toBe(1);
    clock.pass(1);

    expect(await pace.take(UPDATE, 'machine')).toBe(0);
  });

  it.each([POST, UPDATE])('of $method keeps some for people when machines have taken theirs', async (what) => {
    const pace = paceAt(() => T0);
    while ((await pace.take(what, 'machine')) === 0);

    expect(await pace.take(what, 'people')).toBe(0);
  });

  it('is its own for each channel, and one for all edits', async () => {
    const pace = paceAt(() => T0);
    while ((await pace.take(POST, 'people')) === 0);
    while ((await pace.take(UPDATE, 'people')) === 0);

    expect(await pace.take({ ...POST, channel: 'C2' }, 'people')).toBe(0);
    expect(await pace.take({ ...UPDATE, channel: 'C2' }, 'people')).toBeGreaterThan(0);
  });

  it('is shared by all processes, also when their clocks differ', async () => {
    const ahead = paceAt(() => T0 + 30_000);
    while ((await ahead.take(POST, 'people')) === 0);

    expect(await paceAt(() => T0).take(POST, 'people')).toBeGreaterThan(0);
  });

  it.each([true, false])('waits as long as Slack has said (limits of our own on: %s)', async (isOn) => {
    const pace = paceAt(() => T0, isOn);

    await pace.pause(POST, 5_000.4);

    const wait = await pace.take(POST, 'people');
    expect(wait).toBeGreaterThan(4_000);
    expect(wait).toBeLessThanOrEqual(5_001);
    expect(await pace.take({ ...POST, channel: 'C2' }, 'machine')).toBe(0);
    expect(await pace.take(UPDATE, 'machine')).toBe(0);
  });

  it('leaves nothing behind for ever', async () => {
    await paceAt(() => T0).take(POST, 'people');

    const lives = await Promise.all((await redis.keys('*')).map((key) => redis.pttl(key)));

    expect(lives.length).toBeGreaterThan(0);
    for (const life of lives) expect(life).toBeGreaterThan(0);
  });
});
