import type { Logger } from 'pino';
import type { Actions } from '../app/actions.ts';
import type { Dispatch } from '../app/dispatch.ts';
import { kindOf } from '../app/errors.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import { incidentOfRun, type Run } from '../domain/run.ts';
import type { Service } from '../domain/service.ts';
import type { DueQueue } from '../store/due-queue.ts';
import { createBegin } from './begin.ts';
import { endRun } from './end.ts';
import { createExecute } from './execute.ts';
import type { Fallbacks } from './fallbacks.ts';
import type { RunLock } from './lock.ts';
import type { Planner } from './planner.ts';
import type { TargetDeps } from './target.ts';
import type { Targets } from './targets.ts';
import { createVerify, type VerifyDeps } from './verify.ts';

export interface EngineDeps {
  readonly store: Pick<IncidentStore, 'load'>;
  readonly dispatch: Dispatch;
  readonly queue: DueQueue;
  readonly services: () => readonly Service[];
  readonly planner: Pick<Planner, 'draft'>;
  readonly targets: Targets;
  readonly target: TargetDeps;
  readonly lock: RunLock;
  readonly fallbacks: Pick<Fallbacks, 'changed'>;
  /** What it approved and has not begun is not begun while it is off. */
  readonly autopilot: Pick<Actions['autopilot'], 'state'>;
  readonly ask: VerifyDeps['ask'];
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error' | 'info'>;
}

/** What becomes of a run after one step: it is settled in its incident, or looked at again then (epoch ms). */
export type Step = 'settled' | { readonly againAt: number };

/** One step of one run, as it is at this moment. */
export type Stepper = (incident: Incident, run: Run) => Promise<Step>;

/** How soon a run is looked at again when what it needed did not answer. */
const AGAIN_MS = 5_000;

/**
 * Moves runs on, one step each: what has been approved begins, what has begun is looked at and sent when nothing of it is to be seen,
 * what is through is measured. A step that is lost, comes twice or is cut off by a crash is harmless: each begins with what is known.
 */
export function createEngine(deps: EngineDeps): (entries: readonly string[]) => readonly Promise<void>[] {
  const { store, queue, now, log } = deps;
  const begin = createBegin(deps);
  const execute = createExecute(deps);
  const verify = createVerify(deps);

  async function step(incident: Incident, run: Run): Promise<Step> {
    switch (run.state) {
      case 'planned':
        return await endRun(deps, incident, run, 'expired', 'Nobody approved it in time.');
      case 'approved':
        return await begin(incident, run);
      case 'executing':
        return await execute(incident, run);
      case 'verifying':
        return await verify(incident, run);
      default:
        await deps.lock.release(run.plan.lock, run.id);
        return 'settled';
    }
  }

  async function advance(entry: string): Promise<void> {
    const incident = await store.load(incidentOfRun(entry));
    const run = incident?.runs.find(({ id }) => id === entry);
    if (!incident || !run) return await queue.done(entry);
    if (run.nextAt === null) {
      await deps.lock.release(run.plan.lock, run.id);
      return await queue.doneAt(entry, incident, now());
    }
    if (run.nextAt > now()) return await queue.again(entry, run.nextAt);
    const next = await step(incident, run).catch((error: unknown) => failed(run, error));
    if (next !== 'settled') await queue.again(entry, next.againAt);
  }

  /** A step that could not be made is made again; nothing has been concluded from it. */
  function failed({ id }: Run, error: unknown): Step {
    if (kindOf(error) === 'bug') log.error({ err: error, run: id }, 'a step of a run failed');
    else log.warn({ err: error, run: id }, 'a step of a run is made again');
    return { againAt: now() + AGAIN_MS };
  }

  return (entries) => entries.map(advance);
}
