import type { Dispatch } from './dispatch.ts';
import { kindOf } from './errors.ts';
import type { IncidentStore } from './store.ts';

/** What else must be looked at every second. */
export interface Chore {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface SweepDeps {
  readonly store: Pick<IncidentStore, 'due'>;
  readonly dispatch: Dispatch;
  /**
   * What else must be looked at every second: left-over messages, storms, notices. Each may fail or take its time by itself:
   * no deadline waits for it, and it is not begun again before it has ended.
   */
  readonly chores: readonly Chore[];
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

export interface Sweep {
  /** The first look at deadlines comes at once: what was due while nobody was there is done now. */
  start(): void;
  stop(): Promise<void>;
  /** One round, for tests: everything that is due now is done, and every chore. */
  once(): Promise<void>;
  /** How late the most overdue deadline was in the last round, or how long that is ago, whichever is worse, in seconds. */
  lagSeconds(): number;
}

/** A page is late by so much at most, and by what it takes to decide and send it. Nothing due: one question to Redis. */
const LOOK_EVERY_MS = 200;
const CHORES_EVERY_MS = 1_000;
/** Incidents at a time: few, so that a click that comes meanwhile is answered between two of them. */
const BATCH = 32;
/** In one round, so that even ten thousand deadlines do not keep the measuring of the lag waiting for long. */
const BATCHES = 160;
/** An incident that cannot be woken is tried again after so long, and keeps no other waiting. */
const REST_MS = 5_000;
/** At most so many of them are remembered. */
const RESTING = 1_000;

/**
 * Looks at what is due, again and again: state is the truth, and whatever a lost hint, a crash or a restart left behind is found
 * here. Every process sweeps; doing something twice is harmless.
 */
export function createSweep(deps: SweepDeps): Sweep {
  const { now, log } = deps;
  let lastRoundAt = now();
  let lastLagMs = 0;
  let isFailing = false;
  const resting = new Map<string, number>();
  const chores = new Map<string, Promise<void>>();

  async function look(): Promise<void> {
    lastLagMs = await wakeDue(deps, resting);
    lastRoundAt = now();
    isFailing = false;
  }

  /** Says it once, until it has worked again. */
  function failed(error: unknown): void {
    if (!isFailing) log.warn({ err: error }, 'the sweep failed, it will run again');
    isFailing = true;
  }

  function beginChores(): void {
    for (const chore of deps.chores) if (!chores.has(chore.name)) begin(chore);
  }

  function begin({ name, run }: SweepDeps['chores'][number]): void {
    const work = run()
      .catch((error: unknown) => log.warn({ err: error, chore: name }, 'a chore of the sweep failed'))
      .finally(() => chores.delete(name));
    chores.set(name, work);
  }

  const looking = repeated(LOOK_EVERY_MS, () => look().catch(failed));
  const choring = repeated(CHORES_EVERY_MS, async () => beginChores());

  return {
    async once() {
      beginChores();
      await look().finally(() => Promise.all(chores.values()));
    },
    start() {
      looking.start(0);
      choring.start(CHORES_EVERY_MS);
    },
    async stop() {
      await Promise.all([looking.stop(), choring.stop()]);
      await Promise.all(chores.values());
    },
    lagSeconds: () => Math.max(lastLagMs, now() - lastRoundAt - LOOK_EVERY_MS, 0) / 1_000,
  };
}

/** Runs something again and again, with a pause between two times. */
function repeated(everyMs: number, run: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const start = (inMs: number) => {
    timer = setTimeout(() => {
      running = run().finally(() => {
        if (!isStopped) start(everyMs);
      });
    }, inMs);
  };
  return {
    start,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Those that could not be woken, and until when they rest (epoch ms). */
type Resting = Map<string, number>;

/** Answers how late the most overdue deadline was, in ms. Thousands that are due together are all woken in one round. */
async function wakeDue(deps: SweepDeps, resting: Resting): Promise<number> {
  const now = deps.now();
  for (const [id, until] of resting) if (until <= now || until > now + REST_MS) resting.delete(id);
  let worst = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const { lateMs, isThereMore } = await wakeBatch(deps, resting);
    worst = Math.max(worst, lateMs);
    if (!isThereMore) break;
  }
  return worst;
}

async function wakeBatch({ store, dispatch, now, log }: SweepDeps, resting: Resting) {
  const limit = BATCH + resting.size;
  const found = await store.due(now(), limit);
  const due = found.filter(({ id }) => !resting.has(id));
  const results = await Promise.allSettled(due.map(({ id }) => dispatch(id, { type: 'wake' })));
  const ends = results.map(endOf);
  for (const [i, result] of results.entries()) {
    if (ends[i] !== 'broken') continue;
    const id = due[i]?.id ?? '';
    if (resting.size < RESTING) resting.set(id, now() + REST_MS);
    if (result.status === 'rejected') log.error({ err: result.reason, incident: id }, 'an incident could not be woken');
  }
  const lateMs = found[0] ? Math.max(0, now() - found[0].at) : 0;
  // What passes is tried in the next round: in this one it would come again and again.
  return { lateMs, isThereMore: found.length === limit && due.length > 0 && !ends.includes('later') };
}

/** `later`: what kept it from being woken passes by itself. `broken`: it does not, or there is no such incident. */
function endOf(result: PromiseSettledResult<Awaited<ReturnType<Dispatch>>>): 'woken' | 'later' | 'broken' {
  if (result.status === 'fulfilled') return result.value.ok ? 'woken' : 'broken';
  return kindOf(result.reason) === 'bug' ? 'broken' : 'later';
}
