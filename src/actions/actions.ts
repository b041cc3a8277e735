import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Actions } from '../app/actions.ts';
import type { Dispatch } from '../app/dispatch.ts';
import { SetupError } from '../app/errors.ts';
import type { OnCall } from '../app/on-call.ts';
import type { Probes } from '../app/probes.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Chore } from '../app/sweep.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Env } from '../config/env.ts';
import type { Variables } from '../config/variables.ts';
import type { Incident } from '../domain/incident.ts';
import { isAsExpected, type Query } from '../domain/query.ts';
import type { Result } from '../domain/result.ts';
import type { Service } from '../domain/service.ts';
import { createRunner } from '../paging/runner.ts';
import { createChangeLog } from '../store/changes.ts';
import { createDueQueue } from '../store/due-queue.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createAuditChain } from './audit-chain.ts';
import { createAuthority } from './authority.ts';
import { type AutopilotDeps, createAutopilot } from './autopilot.ts';
import { createFacts, type FactsDeps } from './autopilot-facts.ts';
import { createAutopilotMemory } from './autopilot-memory.ts';
import { createAutopilotSwitch } from './autopilot-switch.ts';
import { createActionDesk } from './desk.ts';
import { createDrafts } from './drafts.ts';
import { createEngine } from './engine.ts';
import { createFallbackReminders, type RemindersDeps } from './fallback-reminders.ts';
import { createFallbacks } from './fallbacks.ts';
import { createAlone } from './lease.ts';
import { createLedger } from './ledger.ts';
import { createLedgerKeeper } from './ledger-keeper.ts';
import { createRunLock, type RunLock } from './lock.ts';
import { createPlanner } from './planner.ts';
import { createRedraw, type RedrawDeps } from './redraw.ts';
import type { TargetDeps } from './target.ts';
import { loadTarget, type Targets } from './targets.ts';

export interface ActionsDeps {
  readonly env: Env;
  readonly variables: Variables;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly store: IncidentStore;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly aws: AwsClients;
  /** Those that change: see `TargetDeps`. */
  readonly acting: AwsClients;
  /** Does not connect to where clouds keep credentials. */
  readonly fetch: typeof fetch;
  readonly probes: Probes;
  readonly authorize: (service: string, user: string) => Promise<Result<true>>;
  readonly groupMembers: (group: string) => Promise<ReadonlySet<string>>;
  readonly onCall: Pick<OnCall, 'who' | 'standing'>;
  /** Where people are reminded. */
  readonly slack: RemindersDeps['slack'];
  readonly cards: RemindersDeps['cards'] & RedrawDeps['cards'];
  readonly onBlind: RemindersDeps['onBlind'];
  /** Other plugins than those of the product, for tests. */
  readonly targets?: Targets;
  readonly now: () => number;
  readonly log: Logger;
}

/** Everything that changes the world, joined: plans, approvals, runs, and their proof. */
export interface ActionsPart {
  readonly actions: Actions;
  readonly chores: readonly Chore[];
  start(): void;
  /** An incident has changed: what has been approved begins at once. May be lost. */
  poke(incident: Incident): void;
  stop(): Promise<void>;
}

const LOOK_MS = 500;
const ANSWER_WITHIN_MS = 5_000;

export function createActions(deps: ActionsDeps): ActionsPart {
  const { env, redis, keys, store, dispatch, services, now, log, targets = loadTarget } = deps;
  const region = env.AWS_REGION ?? '';
  const ask = async (where: { readonly service: string; readonly environment: string }, query: Query) => {
    const service = services().find(({ name }) => name === where.service);
    if (!service) throw new SetupError(`There is no service file “${where.service}” any more.`);
    const to = now();
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { environment } = where;
    return await deps.probes.ask(query, { service, environment, from: to - service.evidence.lookBackMs, to, signal });
  };
  const target: TargetDeps = {
    ...{ aws: deps.aws, acting: deps.acting, fetch: deps.fetch, variables: deps.variables, now },
    ledger: translated(createLedger(redis, keys, now)),
    async ask({ service, environment }, query) {
      const answer = await ask({ service: service.name, environment }, query);
      return { text: answer.text, isWell: isAsExpected(query, answer), at: answer.at };
    },
  };
  const lock = translated(createRunLock(redis, keys, store));
  const planner = createPlanner({ target, targets, ask, lock, region, now, log });
  const chain = translated(createAuditChain(redis, keys));
  const fallbacks = translated(createFallbacks({ redis, keys, onChange: createRedraw(deps), now }));
  const queue = translated(createDueQueue(redis, keys, keys.dueRuns));
  const autopilot = translated(
    createAutopilotSwitch({ redis, keys, services, authorize: deps.authorize, refused: chain.record, now }),
  );
  const engine = createEngine({
    ...{ store, dispatch, queue, services, planner, targets, target, fallbacks, ask, now, log },
    ...{ lock, autopilot },
  });
  const runner = createRunner({ name: 'runs', queue, serve: engine, lookMs: LOOK_MS, now, log });
  const actions = createActionDesk({
    ...{ store, dispatch, services, planner, queue, fallbacks, chain, autopilot, now },
    authority: createAuthority(deps),
    drafts: translated(createDrafts(redis, keys, now)),
  });
  return {
    actions,
    chores: [
      { name: 'the audit of actions', run: () => chain.extend() },
      ...tending(deps, { planner, ask, lock, state: autopilot.state }),
      {
        name: 'the ledger of configurations',
        run: createLedgerKeeper({
          ...{ redis, keys, aws: deps.aws, services, store, region, now, log },
          ledger: target.ledger,
        }),
      },
    ],
    start: () => runner.start(),
    poke({ runs }) {
      if (runs.some(({ nextAt }) => nextAt !== null)) runner.poke();
    },
    stop: () => runner.stop(),
  };
}

type Joined = Pick<AutopilotDeps, 'planner' | 'state'> & { readonly lock: RunLock; readonly ask: FactsDeps['ask'] };

/** What is looked at without anybody asking for it, by one process at a time. */
function tending(deps: ActionsDeps, { planner, ask, lock, state }: Joined): Chore[] {
  const { redis, keys, store, dispatch, services, now, log } = deps;
  const alone = createAlone(redis, keys);
  const pilot = createAutopilot({
    ...{ store, dispatch, services, planner, state, alone, now, log },
    memory: translated(createAutopilotMemory(redis, keys, now)),
    facts: createFacts({ changes: translated(createChangeLog(redis, keys, now)), ask, now, log }),
    holder: lock.holder,
  });
  return [
    { name: 'the autopilot', run: pilot },
    { name: 'reminders of fallbacks', run: createFallbackReminders({ ...deps, alone }) },
  ];
}
