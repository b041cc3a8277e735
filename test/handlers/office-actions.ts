import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { createAuditChain } from '../../src/actions/audit-chain.ts';
import { createAuthority } from '../../src/actions/authority.ts';
import { createAutopilotSwitch } from '../../src/actions/autopilot-switch.ts';
import { createActionDesk } from '../../src/actions/desk.ts';
import { createDrafts } from '../../src/actions/drafts.ts';
import { createEngine } from '../../src/actions/engine.ts';
import { createFallbacks } from '../../src/actions/fallbacks.ts';
import { createLedger } from '../../src/actions/ledger.ts';
import { createRunLock } from '../../src/actions/lock.ts';
import { createPlanner } from '../../src/actions/planner.ts';
import type { TargetDeps } from '../../src/actions/target.ts';
import type { Dispatch } from '../../src/app/dispatch.ts';
import type { IncidentStore } from '../../src/app/store.ts';
import { incidentOfRun, isUnderWay } from '../../src/domain/run.ts';
import type { Service } from '../../src/domain/service.ts';
import type { Authorize } from '../../src/slack/authorize.ts';
import { createDueQueue } from '../../src/store/due-queue.ts';
import type { Keys } from '../../src/store/keys.ts';
import { toyMachine, toyTargets } from '../actions/toy.ts';

interface Given {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly now: () => number;
  readonly store: IncidentStore;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly authorize: Authorize;
}

/** All that people can do with actions, as it really is; only the system that is changed is a toy. */
export function actionsIn({ redis, keys, now, store, dispatch, services, authorize }: Given) {
  const machine = toyMachine(now);
  const targets = toyTargets(machine);
  const log = pino({ level: 'silent' });
  const nothing = {} as TargetDeps['aws']; // the toy asks nobody
  const ask = async () => ({ text: '6.2 %', value: 6.2, at: now(), rows: [], series: [] });
  const target: TargetDeps = {
    ...{ aws: nothing, acting: nothing, fetch, variables: {}, now },
    ledger: createLedger(redis, keys, now),
    ask: async () => ({ text: '6.2 %', isWell: false, at: now() }),
  };
  const lock = createRunLock(redis, keys, store);
  const planner = createPlanner({ target, targets, ask, lock, region: '', now, log });
  const fallbacks = createFallbacks({ redis, keys, onChange: async () => {}, now });
  const chain = createAuditChain(redis, keys);
  const autopilot = createAutopilotSwitch({ redis, keys, services, authorize, refused: chain.record, now });
  const queue = createDueQueue(redis, keys, keys.dueRuns);
  const engine = createEngine({
    ...{ store, dispatch, services, planner, targets, target, fallbacks, ask, now, log },
    queue,
    lock,
    autopilot,
  });
  const actions = createActionDesk({
    ...{ store, dispatch, services, planner, queue, fallbacks, chain, now },
    authority: createAuthority({
      authorize,
      groupMembers: async () => new Set(['U2']),
      onCall: { who: async () => null },
    }),
    drafts: createDrafts(redis, keys, now),
    autopilot,
  });

  /** Lets the engine look at a run so many times. */
  async function work(id: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++) await Promise.all(engine([id]));
  }
  async function refusals(): Promise<{ readonly by: string; readonly code: string }[]> {
    await chain.extend();
    const lines = await chain.lines(1, 100);
    return lines
      .map(({ record }) => JSON.parse(record) as { type: string; by: string; code: string })
      .filter(({ type }) => type === 'refused');
  }
  async function isOpen(id: string): Promise<boolean> {
    const found = (await store.load(incidentOfRun(id)))?.runs.find((one) => one.id === id);
    return found !== undefined && isUnderWay(found);
  }
  return { actions, machine, work, refusals, isOpen };
}
