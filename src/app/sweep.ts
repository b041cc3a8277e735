import type { Dispatch } from './dispatch.ts';
import { kindOf } from './errors.ts';
import type { IncidentStore } from './store.ts';

export interface SweepDeps {
  readonly store: Pick<IncidentStore, 'due'>;
  readonly dispatch: Dispatch;
  /**
   * What else must be looked at every second: left-over messages, storms, notices. Each may fail or take its time by itself:
   * no deadline waits for it, and it is not begun again before it has ended.
   */
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

export interface Sweep {
  start(): void;
  stop(): Promise<void>;
  /** One round, for tests and for the start: everything that is due now is done. */
  once(): Promise<void>;
  /** How late the most overdue deadline was in the last round, or how long that is ago, whichever is worse, in seconds. */
  lagSeconds(): number;
}

const EVERY_MS = 1_000;
const BATCH = 200;
/** In one round, so that even ten thousand deadlines do not keep the next round waiting for long. */
const BATCHES = 25;

/**
 * Once a second, looks at what is due: state is the truth, and whatever a lost hint, a crash or a restart left behind is found
 * here. Every process sweeps; doing something twice is harmless.
 */
export function createSweep(deps: SweepDeps): Sweep {
  const { now } = deps;
  let lastRoundAt = now();
  let lastLagMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const chores = new Map<string, Promise<void>>();

  async function round(): Promise<void> {
    for (const chore of deps.chores) if (!chores.has(chore.name)) begin(chore);
    lastLagMs = await wakeDue(deps);
    lastRoundAt = now();
  }

  function begin({ name, run }: SweepDeps['chores'][number]): void {
    const work = run()
      .catch((error: unknown) => deps.log.warn({ err: error, chore: name }, 'a chore of the sweep failed'))
      .finally(() => chores.delete(name));
    chores.set(name, work);
  }

  async function once(): Promise<void> {
    await round().finally(() => Promise.all(chores.values()));
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = round()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'the sweep failed, it will run again'))
        .finally(() => {
          if (!isStopped) schedule();
        });
    }, EVERY_MS);
  }

  return {
    once,
    start: schedule,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
      await Promise.all(chores.values());
    },
    lagSeconds: () => Math.max(lastLagMs, now() - lastRoundAt - EVERY_MS, 0) / 1_000,
  };
}

/** Answers how late the most overdue deadline was, in ms. Thousands that are due together are all woken in one round. */
async function wakeDue(deps: SweepDeps): Promise<number> {
  let worst = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const { lateMs, isThereMore } = await wakeBatch(deps);
    worst = Math.max(worst, lateMs);
    if (!isThereMore) break;
  }
  return worst;
}

async function wakeBatch({ store, dispatch, now, log }: SweepDeps) {
  const due = await store.due(now(), BATCH);
  const results = await Promise.allSettled(due.map(({ id }) => dispatch(id, { type: 'wake' })));
  for (const [i, result] of results.entries()) {
    if (result.status === 'rejected' && kindOf(result.reason) === 'bug') {
      log.error({ err: result.reason, incident: due[i]?.id }, 'an incident could not be woken');
    }
  }
  const lateMs = due[0] ? Math.max(0, now() - due[0].at) : 0;
  // Those that failed are still due: only when all went well does another look find others.
  return { lateMs, isThereMore: due.length === BATCH && results.every(({ status }) => status === 'fulfilled') };
}
