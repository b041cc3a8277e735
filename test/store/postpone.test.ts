import { describe, expect, it } from 'vitest';
import { path, policy, step } from '../domain/escalation-given.ts';
import { MINUTE, T0 } from '../domain/given.ts';
import { incidentsOn } from '../paging/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();

async function opened() {
  const world = incidentsOn(server.client(), {
    policy: policy([path([step('page/L1.1'), step('page/L2.1', { after: 15 })])]),
  });
  const incident = await world.opens(1);
  const timer = async () => {
    const score = await world.redis.zscore(world.keys.timers, 'INC-1');
    return score === null ? null : Number(score);
  };
  return { world, incident, timer };
}

describe('the next wake-up of an incident', () => {
  it('is the next page of its policy', async () => {
    const { timer } = await opened();

    expect(await timer()).toBe(T0 + 15 * MINUTE);
  });

  it('is put off when nothing had to be done', async () => {
    const { world, incident, timer } = await opened();
    await world.store.postpone(incident, T0 + MINUTE);

    expect(await timer()).toBe(T0 + MINUTE);
  });

  it('is taken away when there will be nothing to do', async () => {
    const { world, incident, timer } = await opened();
    await world.store.postpone(incident, null);

    expect(await timer()).toBeNull();
  });

  it('stays what a change has made it that came in between', async () => {
    const { world, incident, timer } = await opened();
    await world.happens(1, { type: 'snooze', by: 'U0ANA', forMs: 10 * MINUTE });
    const after = await timer();
    await world.store.postpone(incident, T0 + MINUTE);
    await world.store.postpone(incident, null);

    expect(await timer()).toBe(after);
  });

  it('is not made for an incident that is not there', async () => {
    const { world, incident, timer } = await opened();
    await world.redis.flushdb();
    await world.store.postpone(incident, T0);

    expect(await timer()).toBeNull();
  });

  it('is moved by a wake-up that came too soon', async () => {
    const { world, incident, timer } = await opened();
    await world.store.postpone(incident, T0 - 1);
    await world.happens(1, { type: 'wake' });

    expect(await timer()).toBe(T0 + 15 * MINUTE);
    expect((await world.load(1))?.version).toBe(incident.version);
  });
});
