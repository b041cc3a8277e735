import { createParts } from './parts.ts';
import { addressesOf, compareOpen, hasAws, lookBack, type ReconcileDeps } from './rounds.ts';

export interface Reconcile {
  /** A chore: does something once a minute, in one process. */
  run(): Promise<void>;
  /** Compares the alarms of open incidents with their sources. */
  compare(): Promise<void>;
  /** Looks for what was said and never heard. */
  lookBack(): Promise<void>;
  /** Ends what is under way. */
  stop(): void;
  /** What could not be told in the last round, in words. */
  trouble(): readonly string[];
}

const COMPARE_EVERY_MS = 60_000;
const LOOK_BACK_EVERY_MS = 600_000;
/** Turns are taken by Redis's clock and asked for by ours. */
const SLACK_MS = 5_000;
const BUDGET_MS = 45_000;

/**
 * Sources say a thing once: what is lost on the way is found by asking them. It writes nothing but alerts into the inbox, as if
 * the lost message had come, so that what is known already changes nothing.
 */
export function createReconcile(deps: ReconcileDeps): Reconcile {
  const { now, memory, services } = deps;
  const ending = new AbortController();
  const isEnding = () => ending.signal.aborted;
  const parts = createParts({ ...deps, isEnding });
  const tools = { ...deps, attempt: parts.attempt };
  const budget = () => AbortSignal.any([ending.signal, AbortSignal.timeout(BUDGET_MS)]);
  let hasLookedBack = false;

  const rounds = {
    async compare() {
      await compareOpen(tools, budget());
      deps.finished(now());
    },
    async lookBack() {
      await lookBack(tools, budget());
      hasLookedBack = true;
    },
  };
  // At its start each process looks back, whoever did so before: it may have been away for long.
  const lookingBack = every(now, LOOK_BACK_EVERY_MS, async () => {
    const isTurn = await memory.isTurn('history', LOOK_BACK_EVERY_MS - SLACK_MS);
    if (isTurn || !hasLookedBack) await rounds.lookBack();
  });
  const comparing = every(now, COMPARE_EVERY_MS, async () => {
    if (await memory.isTurn('open', COMPARE_EVERY_MS - SLACK_MS)) await rounds.compare();
  });

  return {
    ...rounds,
    async run() {
      const hasSources = hasAws(deps) || addressesOf(services()).length > 0;
      if (isEnding() || !hasSources) return;
      await lookingBack();
      await comparing();
    },
    stop: () => ending.abort(),
    trouble: parts.trouble,
  };
}

/** Does it at the first call, and then not before its time has come again. */
function every(now: () => number, ms: number, work: () => Promise<void>): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const waitMs = nextAt - now();
    if (waitMs > 0 && waitMs <= ms) return; // longer: the clock was put back
    nextAt = now() + ms;
    await work();
  };
}
