import { describe, expect, it } from 'vitest';
import type { Query } from '../../src/domain/query.ts';
import { MINUTE, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const redis = useRedis();

const ERRORS: Query = {
  ...{ name: 'errors', label: 'Error rate', unit: 'Percent' },
  ask: { kind: 'prometheus', query: 'errors' },
  expect: { kind: 'number', direction: 'below', limit: 1, inclusive: true },
};

describe('what another incident has changed', () => {
  async function twoIncidents() {
    const clock = { now: T0 };
    const machine = toyMachine(() => clock.now);
    const turn = action('turn', { verify: { queries: ['errors'], within: '1d' }, ...TOY });
    const here = await world({
      ...{ redis: redis.client(), actions: [turn], target: {}, targets: toyTargets(machine), clock },
      service: { queries: { errors: ERRORS } },
      ask: (_, now) => {
        const value = machine.position() === 'well' ? 0.2 : 7;
        return { text: `${value} %`, value, at: now, rows: [], series: [] };
      },
    });
    const untilChanged = async (id: string) => {
      for (let i = 0; i < 80 && (await here.run(id)).changedAt === null; i++) {
        clock.now += 1_000;
        await Promise.all(here.engine([id]));
      }
      return await here.run(id);
    };
    return { here, machine, turn, untilChanged, other: await here.another() };
  }

  it('takes a second person to change again within half an hour', async () => {
    const { here, turn, untilChanged, other } = await twoIncidents();
    const { id } = await untilChanged(await here.approved('turn'));
    const incident = await here.load(other);
    const place = { service: here.service, environment: 'prod', inputs: { to: 'well' } };
    const soon = await here.planner.plan({ incident, action: turn, ...place });
    here.clock.now += 31 * MINUTE;
    const late = await here.planner.plan({ incident, action: turn, ...place });

    expect(soon.checks.at(-1)?.text).toContain(`${id} changed this less than half an hour ago`);
    expect([soon.risk, late.risk]).toEqual(['high', turn.risk]);
  });

  it('is not taken for the work of the run that is measured', async () => {
    const { here, untilChanged, other } = await twoIncidents();
    const { id } = await untilChanged(await here.approved('turn'));
    const next = await untilChanged(await here.approved('turn', { to: 'well' }, other));

    expect(await here.untilEnded(id)).toMatchObject({ state: 'unknown', why: expect.stringContaining(next.id) });
    expect((await here.untilEnded(next.id)).state).toBe('helped');
  });

  it('is another world than the one that was planned for, also where it looks the same', async () => {
    const { here, machine, untilChanged, other } = await twoIncidents();
    const waiting = await here.approved('turn', {}, other);
    here.clock.now += 1_000;
    const first = await here.approved('turn');
    await untilChanged(first);
    machine.put('old'); // so that nothing else tells them apart
    const run = await here.untilEnded(waiting);

    expect(run).toMatchObject({ state: 'expired', why: expect.stringContaining(first) });
  });
});
