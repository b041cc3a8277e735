import { describe, expect, it } from 'vitest';
import type { Targets } from '../../src/actions/targets.ts';
import { TransientError } from '../../src/app/errors.ts';
import { MINUTE, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { TOY, toyMachine, toyTarget, toyTargets } from './toy.ts';

const redis = useRedis();

describe('the engine', () => {
  async function machineWorld(more: Record<string, unknown> = { heals: false }) {
    const clock = { now: T0 };
    const machine = toyMachine(() => clock.now);
    const turn = action('turn', { ...more, ...TOY });
    const targets = toyTargets(machine);
    return { machine, turn, here: await world({ redis: redis.client(), actions: [turn], target: {}, targets, clock }) };
  }

  it('sends nothing that somebody wants to stop while it still looks', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    const watched: Targets = async () => ({
      ...toyTarget(machine),
      look: async (deps, sealed, run) => {
        const sight = await toyTarget(machine).look(deps, sealed, run);
        await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
        return sight;
      },
    });
    const run = await here.untilEnded(id, here.engineWith(here.dispatch, here.target, watched));

    expect(run).toMatchObject({ state: 'cancelled', why: 'Nothing was changed.' });
    expect(machine.changes()).toBe(0);
  });

  it.each([
    ['nothing looked at it', false],
    ['its world did not answer', true],
  ])('sends nothing that was approved for another hour: %s', async (_, isAway) => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    here.clock.now += 1_000;
    await Promise.all(here.engine([id]));
    machine.goAway(isAway);
    for (let i = 0; i < 11; i++) {
      here.clock.now += MINUTE;
      if (isAway) await Promise.all(here.engine([id]));
    }
    machine.goAway(false);
    const run = await here.untilEnded(id);

    expect(run.why).toContain('othing was changed');
    expect([run.state, machine.changes()]).toEqual([isAway ? 'failed' : 'expired', 0]);
  });

  it('sends nothing again when what it should have taken is long over', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    let sendings = 0;
    const lost: Targets = async () => ({
      ...toyTarget(machine),
      look: async () => ({ kind: 'untouched' }),
      change: async () => {
        sendings++;
        throw new TransientError('The answer was lost.', { cause: null });
      },
    });
    const engine = here.engineWith(here.dispatch, here.target, lost);
    while (sendings === 0) {
      here.clock.now += 1_000;
      await Promise.all(engine([id]));
    }
    here.clock.now += 60 * MINUTE; // nobody was there
    const run = await here.untilEnded(id, engine);

    expect(run).toMatchObject({ state: 'unknown', why: expect.stringContaining('Look at machine yourself') });
    expect(sendings).toBe(1);
  });

  it('takes a second person to do again what nobody could see for long', async () => {
    const { machine, turn, here } = await machineWorld({ risk: 'low' });
    const id = await here.approved('turn');
    while (machine.changes() === 0) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    }
    machine.goAway(true);
    const before = await here.untilEnded(id);
    machine.goAway(false);
    expect(machine.position()).toBe('new');
    machine.put('old');
    const place = { service: here.service, environment: 'prod', inputs: {} };
    const again = await here.planner.plan({ incident: await here.load(), action: turn, ...place });

    expect((before.endedAt ?? 0) - (before.sentAt ?? 0)).toBeGreaterThanOrEqual(29 * MINUTE);
    expect([before.state, again.risk]).toEqual(['unknown', 'high']);
  });
});
