import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { createAutopilotSwitch } from '../../src/actions/autopilot-switch.ts';
import { createEngine } from '../../src/actions/engine.ts';
import { createFallbacks } from '../../src/actions/fallbacks.ts';
import { createLedger } from '../../src/actions/ledger.ts';
import { createRunLock } from '../../src/actions/lock.ts';
import { createPlanner } from '../../src/actions/planner.ts';
import type { TargetDeps } from '../../src/actions/target.ts';
import { loadTarget, type Targets } from '../../src/actions/targets.ts';
import { createDeclare } from '../../src/app/declare.ts';
import { createDispatch, type Dispatch } from '../../src/app/dispatch.ts';
import { type ActionEntry, ActionEntry as Entry } from '../../src/config/file-actions.ts';
import { toAction } from '../../src/config/to-action.ts';
import type { Action } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { type Answer, isAsExpected, type Query } from '../../src/domain/query.ts';
import { ok } from '../../src/domain/result.ts';
import { incidentOfRun, isUnderWay, type Run } from '../../src/domain/run.ts';
import { requestOf } from '../../src/domain/run-commands.ts';
import type { Service } from '../../src/domain/service.ts';
import { createDueQueue } from '../../src/store/due-queue.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { ANA, BEN, service, T0 } from '../domain/given.ts';

/** An action as a service file writes it: exactly one kind of target among the fields. */
export function action(name: string, entry: Record<string, unknown>): Action {
  const parsed: ActionEntry = Entry.parse({ title: `Do ${name}`, ...entry });
  return toAction(name, parsed);
}

export interface WorldOptions {
  readonly redis: Redis;
  readonly actions: readonly Action[];
  /** What of the target's surroundings is real in this test. */
  readonly target: Partial<Omit<TargetDeps, 'now' | 'ledger' | 'ask'>>;
  readonly service?: Partial<Service>;
  readonly targets?: Targets;
  /** Answers queries; without it none can be told. */
  readonly ask?: (query: Query, now: number) => Answer | Promise<Answer>;
  readonly drill?: boolean;
  readonly clock?: { now: number };
}

const HOUR = 3_600_000;

/** Thrown where a process is killed: nothing after it happens. */
export class Killed extends Error {}

/** A service with actions, an incident of it, and the engine on a real Redis under a clock that the test moves. */
export async function world(options: WorldOptions) {
  const { redis, actions, clock = { now: T0 } } = options;
  const now = () => clock.now;
  const keys = createKeys(`actions-${randomUUID().slice(0, 8)}`);
  const one = service('shop', {
    actions: Object.fromEntries(actions.map((held) => [held.name, held])),
    ...options.service,
  });
  const services = () => [one];
  const store = createIncidentStore(redis, keys, now);
  const dispatch = createDispatch({ store, now, poke: () => {} });
  const queue = createDueQueue(redis, keys, keys.dueRuns);
  const log = pino({ level: 'silent' });
  const ledger = createLedger(redis, keys, now);
  const missing = async (): Promise<never> => {
    throw new Error('this test has no such thing');
  };
  const nothing = new Proxy({}, { get: () => missing }) as TargetDeps['aws'];
  const ask = async (_: unknown, query: Query): Promise<Answer> => {
    if (!options.ask) throw new Error(`nobody answers ${query.name}`);
    return await options.ask(query, now());
  };
  const target: TargetDeps = {
    ...{
      aws: nothing,
      acting: options.target.aws ?? nothing,
      fetch: missing as unknown as typeof fetch,
      variables: {},
    },
    ...options.target,
    ...{ ledger, now },
    ask: async (_, query) => {
      const said = await ask(_, query);
      return { text: said.text, isWell: isAsExpected(query, said), at: said.at };
    },
  };
  const targets = options.targets ?? loadTarget;
  const lock = createRunLock(redis, keys, store);
  const planner = createPlanner({ target, targets, ask, lock, region: 'eu-central-1', now, log });
  const authorize = async () => ok(true as const);
  const autopilot = createAutopilotSwitch({ redis, keys, services, authorize, refused: async () => {}, now });
  const engineWith = (through: Dispatch, deps: TargetDeps = target, plugins: Targets = targets) =>
    createEngine({
      ...{ store, queue, services, targets: plugins, target: deps, ask, now, log, dispatch: through },
      planner: createPlanner({ target: deps, targets: plugins, ask, lock, region: 'eu-central-1', now, log }),
      lock,
      fallbacks: createFallbacks({ redis, keys, onChange: async () => {}, now }),
      autopilot,
    });
  const engine = engineWith(dispatch);

  const declare = createDeclare({ store, services, now, poke: () => {} });
  /** Somebody declares an incident, beside whatever there is. */
  async function another(): Promise<string> {
    const declared = await declare('shop', {
      ...{
        by: ANA,
        title: 'It is slow',
        summary: '',
        environment: 'prod',
        severity: 'P1',
        incidentClass: 'system',
        runbook: null,
      },
      drill: options.drill ?? false,
    });
    if (!declared.ok) throw new Error(declared.rejection.message);
    return declared.value.id;
  }
  const incident = await another();

  async function load(id = incident): Promise<Incident> {
    const found = await store.load(id);
    if (!found) throw new Error('the incident is gone');
    return found;
  }

  async function run(id: string): Promise<Run> {
    const found = (await store.load(incidentOfRun(id)))?.runs.find((held) => held.id === id);
    if (!found) throw new Error(`no run ${id}`);
    return found;
  }

  /** Plans, asks for and approves an action: by two people, whatever its risk. Answers the run's id. */
  async function approved(
    name: string,
    inputs: Readonly<Record<string, string>> = {},
    where = incident,
  ): Promise<string> {
    const held = one.actions[name];
    if (!held) throw new Error(`no action ${name}`);
    const before = await load(where);
    const plan = await planner.plan({ incident: before, service: one, environment: 'prod', action: held, inputs });
    const requested = requestOf(held, one.actions, { token: randomUUID(), plan, reason: 'a test' });
    const said = { typed: plan.subject, breakGlass: null };
    const asked = await dispatch(where, { type: 'request_run', by: ANA, requested, ...said });
    if (!asked.ok) throw new Error(asked.rejection.message);
    const id = asked.value.runs.at(-1)?.id ?? '';
    if (asked.value.runs.at(-1)?.state !== 'planned') return id;
    const agreed = await dispatch(where, { type: 'approve_run', by: BEN, run: id, hash: plan.hash, ...said });
    if (!agreed.ok) throw new Error(agreed.rejection.message);
    return id;
  }

  /** Lets a run go on until it has ended, with the clock moved to when it is due each time. `steps` limits how often. */
  async function untilEnded(id: string, by = engine, steps = 400): Promise<Run> {
    for (let i = 0; i < steps; i++) {
      const held = await run(id);
      if (!isUnderWay(held)) return held;
      const due = Number((await redis.zscore(keys.dueRuns, id)) ?? 0);
      clock.now = Math.max(clock.now + 500, Math.min(due, clock.now + HOUR));
      await Promise.all(by([id]));
    }
    throw new Error(`${id} is still ${(await run(id)).state} after ${steps} steps: it hangs`);
  }

  return {
    ...{
      clock,
      now,
      keys,
      store,
      dispatch,
      queue,
      ledger,
      target,
      targets,
      planner,
      engine,
      engineWith,
      incident,
      another,
      load,
      run,
      approved,
      untilEnded,
    },
    service: one,
  };
}

export type World = Awaited<ReturnType<typeof world>>;

/** A dispatch that is killed before, or right after, its n-th command of the engine (from 0). */
export function killedAt(dispatch: Dispatch, n: number, when: 'before' | 'after'): Dispatch {
  let calls = 0;
  return async (id, command) => {
    const mine = calls++;
    if (mine === n && when === 'before') throw new Killed('before a commit');
    if (mine > n) throw new Killed('dead');
    const result = await dispatch(id, command);
    if (mine === n) throw new Killed('after a commit');
    return result;
  };
}
