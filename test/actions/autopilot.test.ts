import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type AutopilotDeps, createAutopilot } from '../../src/actions/autopilot.ts';
import { createFacts } from '../../src/actions/autopilot-facts.ts';
import { createAutopilotMemory } from '../../src/actions/autopilot-memory.ts';
import { createAutopilotSwitch } from '../../src/actions/autopilot-switch.ts';
import { createAlone } from '../../src/actions/lease.ts';
import { createRunLock } from '../../src/actions/lock.ts';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { createIngest } from '../../src/app/ingest.ts';
import { AutopilotEntry } from '../../src/config/file-actions.ts';
import { toAutoRule } from '../../src/config/to-action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { ok } from '../../src/domain/result.ts';
import { createChangeLog } from '../../src/store/changes.ts';
import { ANA, alert, BEN, MINUTE, rule, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { action, Killed, killedAt, world } from './given.ts';
import { TOY, toyMachine, toyTarget, toyTargets } from './toy.ts';

const redis = useRedis();
const HOUR = 60 * MINUTE;

interface Given {
  readonly risk?: string;
  readonly rule?: Record<string, unknown>;
}

/** A service whose alarms have a rule of the autopilot, with an incident of each alarm that fires. */
async function flying({ risk = 'medium', rule: more = {} }: Given = {}) {
  const clock = { now: T0 };
  const machine = toyMachine(() => clock.now);
  const turn = action('turn', { title: 'Turn it', heals: false, risk, ...TOY });
  const entry = AutopilotEntry.parse({ name: 'turn-it', when: {}, action: 'turn', mode: 'run', ...more });
  const client = redis.client();
  const service = {
    autopilot: [toAutoRule({ ...entry, environments: ['staging'] })],
    changes: ['shop-*'],
    rules: [rule('shop-*', { environment: { kind: 'fixed', name: 'staging' } })],
  };
  const here = await world({
    ...{ redis: client, actions: [turn], target: {}, targets: toyTargets(machine), clock, service },
  });
  const { keys, store, dispatch, now, planner } = here;
  const services = () => [here.service];
  const changes = createChangeLog(client, keys, now);
  const log = pino({ level: 'silent' });
  const missing = async () => {
    throw new Error('nobody answers');
  };
  const authorize = async () => ok(true as const);
  const flip = createAutopilotSwitch({ redis: client, keys, services, authorize, refused: async () => {}, now });
  const deps: AutopilotDeps = {
    ...{ store, dispatch, services, planner, now, log, state: flip.state },
    memory: createAutopilotMemory(client, keys, now),
    facts: createFacts({ changes, ask: missing, now, log }),
    holder: createRunLock(client, keys, store).holder,
    alone: createAlone(client, keys),
  };
  const ingest = createIngest({ store, services, now, poke: () => {} });

  /** An alarm fires, in an incident of its own. */
  async function fires(name = 'shop-errors'): Promise<string> {
    await ingest([alert(name, 'firing', clock.now)]);
    return (await store.openIds(1))[0] ?? '';
  }
  async function incident(id: string): Promise<Incident> {
    const found = await store.load(id);
    if (!found) throw new Error('it is gone');
    return found;
  }
  /** One round of a process that has just been started. */
  const round = async (other: Partial<AutopilotDeps> = {}) => await createAutopilot({ ...deps, ...other })();
  return { ...here, deps, machine, changes, flip, fires, incident, round, client };
}

describe('the autopilot', () => {
  it('runs what a rule says, in its own name, once', async () => {
    const here = await flying();
    const id = await here.fires();
    await here.round();
    await here.round();

    const { runs } = await here.incident(id);
    expect(runs).toMatchObject([
      {
        ...{ requestedBy: 'tocsin', state: 'approved', approval: { way: 'autopilot' } },
        reason: 'shop-errors since 03:00. Rule turn-it.',
      },
    ]);
    expect(await here.untilEnded(runs[0]?.id ?? '')).toMatchObject({ state: 'done' });
    await here.round();
    expect((await here.incident(id)).runs).toHaveLength(1);
    expect(here.machine.changes()).toBe(1);
  });

  it('leaves alone what no rule is for, such as an incident of another environment', async () => {
    const here = await flying();
    await here.round();
    expect((await here.load()).runs).toEqual([]);
    expect((await here.load()).proposals).toEqual([]);
  });

  it('proposes what is of high risk', async () => {
    const here = await flying({ risk: 'high' });
    const id = await here.fires();
    await here.round();

    const { runs, proposals } = await here.incident(id);
    expect(runs).toEqual([]);
    expect(proposals).toMatchObject([
      { action: 'turn', from: 'rule', why: expect.stringContaining('its risk is high') },
    ]);
  });

  it('proposes a thing once, also when it was dismissed', async () => {
    const here = await flying({ rule: { mode: 'propose' } });
    const id = await here.fires();
    await here.round();
    await here.dispatch(id, { type: 'dismiss_proposal', by: ANA, action: 'turn' });
    await here.round();
    expect((await here.incident(id)).proposals).toEqual([]);
  });

  it('knows the changes of the service, and of no other', async () => {
    const here = await flying({ rule: { guards: [{ changed_within: '2h' }] } });
    const deployed = (subject: string) => ({
      ...{ id: subject, at: T0 - 18 * MINUTE, kind: 'deployment' as const, subject, text: 'v42', by: 'ci', url: null },
    });
    const id = await here.fires();
    await here.changes.record([deployed('bikeshare-api')]);
    await here.round();
    expect((await here.incident(id)).runs).toEqual([]);

    await here.changes.record([deployed('shop-api')]);
    await here.round();
    expect((await here.incident(id)).runs).toMatchObject([
      { reason: 'shop-errors since 03:00, deployment 18 min before. Rule turn-it.' },
    ]);
  });

  it('takes a query that does not answer for one that does not hold', async () => {
    const here = await flying({ rule: { guards: [{ query: 'throttles', above: 0 }] } });
    const id = await here.fires();
    await here.round();
    expect(await here.incident(id)).toMatchObject({ runs: [], proposals: [] });
  });

  it('does nothing while it is off, and goes on when it is on again', async () => {
    const here = await flying();
    const id = await here.fires();
    await here.flip.off(BEN, 'it went mad');
    await here.round();
    expect(await here.incident(id)).toMatchObject({ runs: [], proposals: [] });

    await here.flip.on(BEN);
    await here.round();
    expect((await here.incident(id)).runs).toHaveLength(1);
  });

  it('is told no in the last moment when somebody takes over while it plans', async () => {
    const here = await flying();
    const id = await here.fires();
    const { planner } = here;
    await here.round({
      planner: {
        async plan(asked) {
          await here.dispatch(id, { type: 'acknowledge', by: ANA });
          return await planner.plan(asked);
        },
      },
    });

    const { runs, proposals } = await here.incident(id);
    expect(runs).toEqual([]);
    expect(proposals).toMatchObject([{ why: expect.stringContaining('Somebody is at it') }]);
  });

  it.each([
    'is switched off',
    'somebody takes over',
  ])('begins nothing that it had to wait with when %s', async (what) => {
    const here = await flying();
    const id = await here.fires();
    await here.round();
    if (what === 'is switched off') await here.flip.off(ANA, 'wait');
    else await here.dispatch(id, { type: 'acknowledge', by: ANA });
    const run = await here.untilEnded(`${id}.1`);

    expect(run).toMatchObject({ state: 'cancelled', why: expect.stringContaining('does not begin it') });
    expect(here.machine.changes()).toBe(0);
  });

  it.each([
    'is switched off',
    'somebody takes over',
  ])('begins nothing when %s while the world is looked at once more', async (what) => {
    const here = await flying();
    const id = await here.fires();
    await here.round();
    const targets = async () => ({
      ...toyTarget(here.machine),
      async plan(...given: Parameters<ReturnType<typeof toyTarget>['plan']>) {
        if (what === 'is switched off') await here.flip.off(ANA, 'wait');
        else await here.dispatch(id, { type: 'acknowledge', by: ANA });
        return await toyTarget(here.machine).plan(...given);
      },
    });
    const run = await here.untilEnded(`${id}.1`, here.engineWith(here.dispatch, here.target, targets));

    expect(run).toMatchObject({ state: 'cancelled', why: expect.stringContaining('does not begin it') });
    expect(here.machine.changes()).toBe(0);
  });

  it('proposes nothing once it is switched off while it plans', async () => {
    const here = await flying();
    const id = await here.fires();
    await here.round({
      planner: {
        async plan() {
          await here.flip.off(BEN, 'stop');
          throw new SetupError('There is nothing to go to.');
        },
      },
    });

    expect((await here.incident(id)).proposals).toEqual([]);
    await here.flip.on(BEN);
    await here.round();
    expect((await here.incident(id)).runs).toHaveLength(1);
  });

  it('is switched off in the last moment as well', async () => {
    const here = await flying();
    const id = await here.fires();
    const { planner } = here;
    await here.round({
      planner: {
        async plan(asked) {
          await here.flip.off(BEN, 'stop');
          return await planner.plan(asked);
        },
      },
    });
    expect((await here.incident(id)).runs).toEqual([]);
  });

  it('proposes what cannot be planned, with the reason', async () => {
    const here = await flying();
    const id = await here.fires();
    here.machine.put('new');
    await here.round();
    expect((await here.incident(id)).proposals).toMatchObject([
      { why: expect.stringContaining('Not done by itself: The machine is at new already.') },
    ]);
  });

  it('proposes what a check forbids, with the reason', async () => {
    const here = await flying();
    const id = await here.fires();
    await here.round({
      planner: {
        plan: async (asked) => ({
          ...(await here.planner.plan(asked)),
          checks: [{ isWell: false, text: 'It is updating already' }],
        }),
      },
    });
    const { runs, proposals } = await here.incident(id);
    expect(runs).toEqual([]);
    expect(proposals).toMatchObject([{ why: expect.stringContaining('It is updating already') }]);
  });

  it('asks a world that does not answer again, and people after two minutes', async () => {
    const here = await flying();
    const id = await here.fires();
    here.machine.goAway(true);
    const pilot = createAutopilot(here.deps);
    await pilot();
    expect(await here.incident(id)).toMatchObject({ runs: [], proposals: [] });

    here.clock.now += 2 * MINUTE;
    await pilot();
    expect((await here.incident(id)).proposals).toMatchObject([{ why: expect.stringContaining('does not answer') }]);
  });

  it('waits for its turn while another incident changes the same thing', async () => {
    const here = await flying();
    const other = await here.approved('turn');
    await Promise.all(here.engine([other]));
    const id = await here.fires();
    await here.round();
    expect(await here.incident(id)).toMatchObject({ runs: [], proposals: [] });
  });

  it('only proposes it the second time within the cool-down, in whichever incident', async () => {
    const here = await flying({ rule: { cool_down: '1h' } });
    const first = await here.fires();
    await here.round();
    await here.untilEnded((await here.incident(first)).runs[0]?.id ?? '');
    await here.dispatch(first, { type: 'resolve', by: ANA, seen: null, text: 'well', note: null });
    here.machine.put('old');
    here.clock.now = T0 + 40 * MINUTE;
    const second = await here.fires('shop-latency');
    expect(second).not.toBe(first);
    await here.round();

    const { runs, proposals } = await here.incident(second);
    expect(runs).toEqual([]);
    expect(proposals).toMatchObject([{ why: expect.stringContaining(`it ran turn 40 min ago, in ${first}`) }]);
  });

  it('is one process at a time', async () => {
    const here = await flying();
    const id = await here.fires();
    await here.client.set(here.keys.lease('autopilot'), 'another', 'PX', 60_000);
    await here.round();
    expect((await here.incident(id)).runs).toEqual([]);
    expect(await here.client.get(here.keys.lease('autopilot'))).toBe('another');
  });

  it('looks every ten seconds', async () => {
    const here = await flying();
    const pilot = createAutopilot(here.deps);
    await pilot();
    const id = await here.fires();
    here.clock.now += 9_999;
    await pilot();
    expect((await here.incident(id)).runs).toEqual([]);
    here.clock.now += 1;
    await pilot();
    expect((await here.incident(id)).runs).toHaveLength(1);
  });
});

describe('a crash of the autopilot', () => {
  it.each(['before', 'after'] as const)('right %s it asks for a run makes one run', async (when) => {
    const here = await flying();
    const id = await here.fires();
    const errors: unknown[] = [];
    const log = { ...here.deps.log, error: (fields: { err?: unknown }) => void errors.push(fields.err) };
    await here.round({ dispatch: killedAt(here.dispatch, 0, when), log });
    expect(errors).toEqual([expect.any(Killed)]);
    const [intended] = await here.deps.memory.done('shop');
    await here.round();
    await here.round();

    const { runs } = await here.incident(id);
    expect(runs).toHaveLength(1);
    expect(runs[0]?.token).toBe(intended?.token);
    await here.untilEnded(runs[0]?.id ?? '');
    await here.round();
    expect(here.machine.changes()).toBe(1);
  });

  it('between proposing and writing it down proposes it once', async () => {
    const here = await flying({ rule: { mode: 'propose' } });
    const id = await here.fires();
    const record = async () => {
      throw new TransientError('Redis is away', { cause: null });
    };
    await here.round({ memory: { ...here.deps.memory, record } });
    await here.round();
    const said = (await here.store.events(id)).filter(({ type }) => type === 'action_proposed');
    expect(said).toHaveLength(1);
  });

  it('gives its turn back when it fails half-way', async () => {
    const here = await flying();
    const alone = createAlone(here.client, here.keys);
    await expect(alone('autopilot', () => Promise.reject(new Killed('half-way')))).rejects.toThrow(Killed);
    let isThere = false;
    await alone('autopilot', async () => {
      isThere = true;
    });
    expect(isThere).toBe(true);
  });
});

it('remembers for as long as cool-downs can ask, and not for ever', async () => {
  const here = await flying();
  const one = { rule: 'turn-it', action: 'turn', kind: 'ran', alarms: [], token: 'a' } as const;
  await here.deps.memory.record('shop', { ...one, incident: 'INC-1', at: T0 - 59 * 24 * HOUR });
  await here.deps.memory.record('shop', { ...one, incident: 'INC-2', at: T0 - 61 * 24 * HOUR });
  expect((await here.deps.memory.done('shop')).map(({ incident }) => incident)).toEqual(['INC-1']);
});
