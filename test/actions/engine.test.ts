import { describe, expect, it } from 'vitest';
import type { Targets } from '../../src/actions/targets.ts';
import type { Answer, Query } from '../../src/domain/query.ts';
import { eventually } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';
import { action, type WorldOptions, world } from './given.ts';
import { targetContract } from './targets/contract.ts';
import { TOY, toyMachine, toyTarget, toyTargets } from './toy.ts';

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
  async function measured(value: (position: string) => number | null, takenAt = (now: number) => now) {
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
      ask: (_, now) => answer(value(machine.position()), takenAt(now)),
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

  it('counts what the system measured once as one measurement, however often it is asked', async () => {
    const taken = (now: number) => now - (now % (2 * MINUTE)); // a value each two minutes
    const here = await measured((position) => (position === 'new' ? 0.2 : 7), taken);
    const run = await here.untilEnded(await here.approved('turn'));
    const times = run.samples.map(({ takenAt = [] }) => takenAt[0]);

    expect(run.state).toBe('helped');
    expect(new Set(times).size).toBe(times.length);
    expect((run.endedAt ?? 0) - (run.changedAt ?? 0)).toBeGreaterThan(4 * MINUTE);
  });

  it('has not helped while one value is bad again and again, however slow another is', async () => {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const machine = toyMachine(() => clock.now);
    const slow: Query = { ...ERRORS, name: 'slow', label: 'Drift' };
    const verify = { queries: ['errors', 'slow'], settle: '1m', within: '10m', samples: 2 };
    const here = await world({
      ...{ redis: redis.client(), actions: [action('turn', { verify, ...TOY })], target: {}, clock },
      targets: toyTargets(machine),
      service: { queries: { errors: ERRORS, slow } },
      ask: ({ name }, now) => {
        const taken = now - (now % (3 * MINUTE));
        if (name === 'slow') return answer(0.2, taken);
        return answer(machine.position() === 'new' && now - taken < MINUTE ? 0.2 : 7, now); // a minute in three
      },
    });
    const run = await here.untilEnded(await here.approved('turn'));

    expect(run.state).toBe('no_effect');
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

  it('takes a second person to do again what may have been done: nobody could see it', async () => {
    const turn = action('turn', { risk: 'low', ...TOY });
    const { machine, here } = await machineWorld({ actions: [turn] });
    const id = await here.approved('turn');
    while (machine.changes() === 0) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    }
    machine.goAway(true);
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
    const before = await here.untilEnded(id);
    machine.goAway(false);
    expect(machine.position()).toBe('new'); // and somebody puts it back
    machine.put('old');
    const place = { service: here.service, environment: 'prod', inputs: {} };
    const again = await here.planner.plan({ incident: await here.load(), action: turn, ...place });

    expect(before).toMatchObject({ state: 'unknown', changedAt: null });
    expect(again).toMatchObject({
      risk: 'high',
      checks: [{}, { text: expect.stringContaining(`${id} may have changed`) }],
    });
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

  it('is not kept waiting by the lock of a run that is only measured any more', async () => {
    const measured = { heals: true, verify: { queries: ['errors'], within: '1d' }, ...TOY };
    const { machine, here } = await machineWorld({
      actions: [action('turn', measured)],
      service: { queries: { errors: ERRORS } },
    });
    const first = await here.approved('turn');
    for (let i = 0; i < 80 && (await here.run(first)).state !== 'verifying'; i++) {
      here.clock.now += 1_000;
      await Promise.all(here.engine([first]));
    }
    await redis.client().set(here.keys.runLock('toy:machine'), first); // its process died before it gave it back
    const second = await here.approved('turn', { to: 'old' });
    here.clock.now += 1_000;
    await Promise.all(here.engine([second]));

    expect((await here.run(second)).state).toBe('executing');
    expect(await here.run(first)).toMatchObject({ state: 'unknown', why: expect.stringContaining(second) });
    expect(machine.changes()).toBe(1);
  });

  it('sends nothing a second time while the first sending may still be answered', async () => {
    const { machine, here } = await machineWorld();
    const waiting: (() => void)[] = [];
    const slow: Targets = async () => ({
      ...toyTarget(machine),
      change: () => new Promise((resolve) => waiting.push(() => resolve({ reference: null }))),
    });
    const id = await here.approved('turn');
    const [one, other] = [1, 2].map(() => here.engineWith(here.dispatch, here.target, slow));
    await Promise.all(one?.([id]) ?? []);
    here.clock.now += 1_000;
    const sending = Promise.all(one?.([id]) ?? []);
    await eventually('the sending', () => waiting.length === 1);
    here.clock.now += 20_000; // two requests, each as long as one may take
    await here.queue.again(id, here.clock.now); // as when the first process seems to be dead
    let isThrough = false;
    const meanwhile = Promise.all(other?.([id]) ?? []).finally(() => {
      isThrough = true;
    });
    await eventually('what the second process does', () => isThrough || waiting.length > 1);
    for (const answered of waiting) answered();
    await Promise.all([sending, meanwhile]);

    expect(waiting).toHaveLength(1);
  });

  it('is not ended by a process that was late and saw what the run itself has done', async () => {
    const { machine, here } = await machineWorld();
    let goOn = () => {};
    const late: Targets = async () => ({
      ...toyTarget(machine),
      plan: async (deps, asked) => {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return await toyTarget(machine).plan(deps, asked);
      },
    });
    const id = await here.approved('turn');
    const other = Promise.all(here.engineWith(here.dispatch, here.target, late)([id]));
    for (let i = 0; i < 30 && machine.position() === 'old'; i++) {
      await Promise.all(here.engine([id]));
      here.clock.now += 1_000;
    }
    goOn();
    await other;
    const lock = await redis.client().get(here.keys.runLock('toy:machine'));

    expect([(await here.run(id)).state, lock]).toEqual(['executing', id]);
    expect(await here.untilEnded(id)).toMatchObject({ state: 'done' });
    expect(machine.changes()).toBe(1);
  });

  it.each([
    ['sent', 'unknown', 1, 'Look at machine yourself'],
    ['begun and not sent', 'cancelled', 0, 'Nothing was changed'],
  ] as const)('says that it cannot be seen, and ends when somebody wants it to stop: %s', async (_, state, changes, words) => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    do {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
    } while (machine.changes() < changes);
    machine.goAway(true);
    for (let i = 0; i < 3; i++) {
      here.clock.now += 60_000;
      await Promise.all(here.engine([id]));
    }
    const blind = await here.run(id);
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
    here.clock.now += 1_000;
    await Promise.all(here.engine([id]));

    expect(blind.progress?.phase).toContain('The machine does not answer');
    expect(await here.run(id)).toMatchObject({ state, why: expect.stringContaining(words) });
    expect(machine.changes()).toBe(changes);
  });

  it('says once that something cannot be stopped, however long that goes on', async () => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    const endless: Targets = async () => ({
      ...toyTarget(machine),
      look: async (_, __, { sentAt }) =>
        sentAt === null ? { kind: 'untouched' } : { kind: 'under_way', phase: 'Turning', share: null, link: null },
      cancel: null,
    });
    const engine = here.engineWith(here.dispatch, here.target, endless);
    for (let i = 0; i < 5; i++) {
      here.clock.now += 1_000;
      await Promise.all(engine([id]));
    }
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
    const before = (await here.load()).version;
    for (let i = 0; i < 40; i++) {
      here.clock.now += 16_000;
      await Promise.all(engine([id]));
    }

    expect((await here.run(id)).progress?.phase).toMatch(/^It cannot be stopped/);
    expect((await here.load()).version - before).toBe(1);
  });

  it('ends with words when what a run was begun with is not there any more', async () => {
    const { here } = await machineWorld();
    const id = await here.approved('turn');
    here.clock.now += 1_000;
    await Promise.all(here.engine([id]));
    const none = here.engineWith(here.dispatch, here.target, async () => {
      throw new Error('There is no plugin for webhook.');
    });

    expect(await here.untilEnded(id, none)).toMatchObject({ state: 'failed', why: expect.stringContaining('Nothing') });
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

  it.each([
    [{ risk: 'high' }, 'high'],
    [{ environments: ['staging'] }, 'not for prod'],
    [{ webhook: undefined, http: { url: 'https://toy.test/' } }, 'another system'],
  ])('begins nothing that the service file asks for in another way by now: %j', async (more, words) => {
    const { machine, here } = await machineWorld();
    const id = await here.approved('turn');
    const entry = { heals: false, risk: 'medium', ...TOY, ...more };
    Object.assign(here.service.actions, { turn: action('turn', entry) });

    expect(await here.untilEnded(id)).toMatchObject({ state: 'expired', why: expect.stringContaining(words) });
    expect(machine.changes()).toBe(0);
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
