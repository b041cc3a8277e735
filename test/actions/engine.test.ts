import { describe, expect, it } from 'vitest';
import type { Answer, Query } from '../../src/domain/query.ts';
import { useRedis } from '../support/redis.ts';
import { action, type WorldOptions, world } from './given.ts';
import { targetContract } from './targets/contract.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const redis = useRedis();
const MINUTE = 60_000;

targetContract(
  'a toy',
  () => redis.client(),
  async (clock) => {
    const machine = toyMachine(() => clock.now);
    return {
      action: action('turn', { heals: false, ...TOY }),
      target: {},
      targets: toyTargets(machine),
      changes: machine.changes,
      loseNextAnswer: machine.loseNextAnswer,
      disturb: () => machine.put('elsewhere'),
      whenLost: 'done',
    };
  },
);

const ERRORS: Query = {
  ...{ name: 'errors', label: 'Error rate', unit: 'Percent' },
  ask: { kind: 'prometheus', query: 'errors' },
  expect: { kind: 'number', direction: 'below', limit: 1, inclusive: true },
};

function answer(value: number | null, at: number): Answer {
  return { text: value === null ? 'no data' : `${value} %`, value, at, rows: [], series: [] };
}

describe('a run that is measured', () => {
  async function measured(value: (position: string) => number | null) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const machine = toyMachine(() => clock.now);
    const verify = { queries: ['errors'], settle: '1m', within: '10m', samples: 3 };
    const turn = action('turn', { verify, otherwise: 'replace', ...TOY });
    const replace = action('replace', { title: 'Replace it', ...TOY });
    return await world({
      redis: redis.client(),
      actions: [turn, replace],
      target: {},
      targets: toyTargets(machine),
      service: { queries: { errors: ERRORS } },
      clock,
      ask: (_, now) => answer(value(machine.position()), now),
    });
  }

  it('has helped once the value has been well three times in a row', async () => {
    const here = await measured((position) => (position === 'new' ? 0.2 : 7));
    const run = await here.untilEnded(await here.approved('turn'));

    expect(run).toMatchObject({ state: 'helped', why: expect.stringContaining('3 times in a row') });
    expect(run.plan.baseline).toMatchObject([{ query: 'errors', value: 7 }]);
    expect(run.samples).toHaveLength(3);
    expect((run.samples[0]?.at ?? 0) - (run.changedAt ?? 0)).toBeGreaterThanOrEqual(MINUTE);
  });

  it('has not helped when the value stays, and the next thing is proposed', async () => {
    const here = await measured(() => 7);
    const run = await here.untilEnded(await here.approved('turn'));

    expect(run.state).toBe('no_effect');
    expect((await here.load()).proposals).toMatchObject([{ action: 'replace', from: 'run' }]);
  });

  it('has made it worse when the value is further from well than before', async () => {
    const here = await measured((position) => (position === 'new' ? 30 : 7));
    expect((await here.untilEnded(await here.approved('turn'))).state).toBe('worse');
  });

  it('is unknown when nothing answers', async () => {
    const here = await measured((position) => (position === 'new' ? null : 7));
    const run = await here.untilEnded(await here.approved('turn'));

    expect(run).toMatchObject({ state: 'unknown', why: expect.stringContaining('0 of the 3') });
  });
});

describe('the engine', () => {
  async function machineWorld(more: Partial<WorldOptions> = {}) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const machine = toyMachine(() => clock.now);
    const here = await world({
      redis: redis.client(),
      actions: [action('turn', { heals: false, ...TOY })],
      target: {},
      targets: toyTargets(machine),
      clock,
      ...more,
    });
    return { machine, here };
  }

  it('says that it failed when the system turned back', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    machine.breakDown('a fuse blew');

    expect(await here.untilEnded(id)).toMatchObject({ state: 'failed', why: 'It turned back: a fuse blew' });
  });

  it('waits while the world does not answer, and gives up with words', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    machine.goAway(true);
    const run = await here.untilEnded(id);

    expect(run).toMatchObject({ state: 'expired', why: expect.stringContaining('The machine does not answer') });
    expect(machine.changes()).toBe(0);
  });

  it('ends unknown when the world goes away after the change was sent', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    for (let i = 0; i < 6 && machine.changes() === 0; i++) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    }
    machine.goAway(true);
    const run = await here.untilEnded(id);

    expect(run).toMatchObject({ state: 'unknown', why: expect.stringContaining('Look at machine yourself') });
    expect(machine.changes()).toBe(1);
  });

  it('lets one run at a time change a thing, whichever incident it belongs to', async () => {
    const { machine, here } = await machineWorld();
    const lock = here.keys.runLock('toy:machine');
    await redis.client().set(lock, 'INC-99.1'); // left behind by a run that nobody knows
    const run = await here.untilEnded(await here.approved('turn'));

    expect(run.state).toBe('done');
    expect(machine.changes()).toBe(1);
    expect(await redis.client().get(lock)).toBeNull();
  });

  it('stops what is under way when somebody asks for it', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    for (let i = 0; i < 6 && machine.changes() === 0; i++) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    }
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });

    expect(await here.untilEnded(id)).toMatchObject({ state: 'cancelled', why: 'It turned back: it was stopped' });
    expect(machine.position()).toBe('old');
  });

  it('changes nothing in a drill', async () => {
    const { machine, here } = await machineWorld({ drill: true });
    const run = await here.run(await here.approved('turn'));

    expect(run).toMatchObject({ state: 'cancelled', why: expect.stringContaining('A drill') });
    expect(machine.changes()).toBe(0);
  });

  it('expires what nobody approves', async () => {
    const { here, machine } = await machineWorld({ actions: [action('turn', { heals: false, risk: 'high', ...TOY })] });
    const plan = await here.planner.plan({
      incident: await here.load(),
      ...{ service: here.service, environment: 'prod', inputs: {} },
      action: action('turn', { heals: false, risk: 'high', ...TOY }),
    });
    const requested = { token: 't', plan, verify: null, heals: false, fallback: null, otherwise: null, reason: '' };
    await here.dispatch(here.incident, { type: 'request_run', by: 'U0ANA', requested, typed: null, breakGlass: null });
    const run = await here.untilEnded(`${here.incident}.1`);

    expect(run).toMatchObject({ state: 'expired', why: 'Nobody approved it in time.' });
    expect(machine.changes()).toBe(0);
  });
});
