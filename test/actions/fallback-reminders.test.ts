import { afterEach, describe, expect, it } from 'vitest';
import { createFallbackReminders, type RemindersDeps } from '../../src/actions/fallback-reminders.ts';
import { createFallbacks } from '../../src/actions/fallbacks.ts';
import { createAlone } from '../../src/actions/lease.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { ANA, MINUTE, T0 } from '../domain/given.ts';
import { quiet } from '../paging/given.ts';
import { ADA, BO, GENERAL, type Running, startSlack } from '../sandbox/slack/harness.ts';
import { useRedis } from '../support/redis.ts';
import { action, Killed, world } from './given.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const server = useRedis();
const HOUR = 60 * MINUTE;
const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** A service whose lighter model can be switched on, and on from the beginning; with a Slack of its own. */
async function serving() {
  const there = await startSlack();
  running.push(there);
  const redis = server.client();
  const clock = { now: T0 };
  const machine = toyMachine(() => clock.now);
  const fallback = { banner: 'The light model serves', back: 'heavy', remind: '2h' };
  const light = action('light', { heals: false, risk: 'low', fallback, ...TOY });
  const heavy = action('heavy', { heals: false, risk: 'low', ...TOY });
  const here = await world({
    ...{ redis, actions: [light, heavy], target: {}, targets: toyTargets(machine), clock },
    service: { channel: GENERAL },
  });
  const { keys, store, now } = here;
  let onCall: string | null = BO;
  const standing = async () =>
    [{ person: onCall }] as unknown as Awaited<ReturnType<RemindersDeps['onCall']['standing']>>;
  const deps: RemindersDeps = {
    ...{ redis, keys, store, now, log: quiet, slack: there.client(), onBlind: () => {} },
    cards: createCardMemory(redis, keys),
    onCall: { standing },
    alone: createAlone(redis, keys),
  };
  await here.untilEnded(await here.approved('light'));
  const since = clock.now;
  const fallbacks = createFallbacks({ redis, keys, onChange: async () => {}, now });
  const [first] = await fallbacks.all();
  const due = first?.remindAt ?? 0;
  return {
    ...{ ...here, deps, machine, fallbacks, since, due, redis, slack: there.slack },
    round: async (more: Partial<RemindersDeps> = {}) => await createFallbackReminders({ ...deps, ...more })(),
    nobodyOnCall: () => {
      onCall = null;
    },
    said: () =>
      [...(there.slack.world.channels.get(GENERAL)?.roots ?? [])]
        .map(({ text }) => text)
        .filter((one) => one.includes('light')),
  };
}

describe('while a fallback serves', () => {
  it('somebody is reminded in its rhythm, and each time once', async () => {
    const here = await serving();
    here.clock.now = here.due - 1;
    await here.round();
    expect(here.said()).toEqual([]);

    here.clock.now = here.due;
    await here.round();
    await here.round();
    expect(here.said()).toEqual([expect.stringMatching(/The light model serves.*It stays until somebody does\./)]);
    expect(here.said()[0]).toContain(`<@${BO}>`);

    here.clock.now = here.due + 2 * HOUR;
    await here.round();
    expect(here.said()).toHaveLength(2);
  });

  it('what was missed is told once, and the rhythm stays', async () => {
    const here = await serving();
    here.clock.now = here.due + 5 * HOUR;
    await here.round();
    expect(here.said()).toHaveLength(1);
    expect(await here.fallbacks.all()).toMatchObject([{ remindAt: here.due + 6 * HOUR }]);
  });

  it('it goes on serving, however long that is', async () => {
    const here = await serving();
    here.clock.now = here.due + 1_000 * HOUR;
    await here.round();
    expect(await here.fallbacks.all()).toMatchObject([{ action: 'light', back: 'heavy' }]);
    expect(here.machine.position()).toBe('new');
  });

  it('whoever has the incident is asked first, and whoever switched it on when nobody is there', async () => {
    const here = await serving();
    here.nobodyOnCall();
    here.clock.now = here.due;
    await here.round();
    await here.dispatch(here.incident, { type: 'acknowledge', by: ADA });
    here.clock.now = here.due + 2 * HOUR;
    await here.round();
    expect(here.said().map((text) => /<@(?<who>U\w+)>: it was switched on/.exec(text)?.groups?.who)).toEqual([
      ANA,
      ADA,
    ]);
  });

  it('a crash after the message and before it is written down tells it once', async () => {
    const here = await serving();
    here.clock.now = here.due;
    const before = await here.redis.hgetall(here.keys.fallbacks);
    const killed = new Proxy(here.redis, {
      get(redis, name, self) {
        if (name === 'evalsha' || name === 'eval')
          return async (...args: unknown[]) => {
            if (args[2] === here.keys.fallbacks) throw new Killed('after the message');
            return await Reflect.apply(Reflect.get(redis, name), redis, args);
          };
        return Reflect.get(redis, name, self);
      },
    });
    await expect(here.round({ redis: killed })).rejects.toThrow(Killed);
    expect(await here.redis.hgetall(here.keys.fallbacks)).toEqual(before);
    expect(here.said()).toHaveLength(1);

    await here.round();
    expect(here.said()).toHaveLength(1);
    expect(await here.fallbacks.all()).toMatchObject([{ remindAt: here.due + 2 * HOUR }]);
  });

  it('nobody is asked while somebody switches back, nor afterwards', async () => {
    const here = await serving();
    here.machine.put('old');
    const back = await here.approved('heavy');
    here.clock.now = here.due;
    await here.round();
    expect(here.said()).toEqual([]);

    await here.untilEnded(back);
    expect(await here.fallbacks.all()).toEqual([]);
    here.clock.now = here.due + 4 * HOUR;
    await here.round();
    expect(here.said()).toEqual([]);
  });
});
