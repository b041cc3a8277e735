import { kindOf } from './errors.ts';
import type { Ingest } from './ingest.ts';
import type { IntakeDeps } from './intake.ts';
import { takeIn } from './intake.ts';

interface Entry {
  readonly id: string;
  readonly alerts: Parameters<Ingest>[0];
}

export interface IntakeLoop {
  start(): void;
  /** Takes over what a process that died had begun. */
  takeOver(): Promise<void>;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

const BATCH = 500;
const AFTER_TROUBLE_MS = 500;
/** So many alarms at once are a burst: a little patience then makes one commit of what would be many. */
const BURST = 3;
const BURST_GATHERS_MS = 20;
/** The more come the longer it pays to wait, up to what nobody sees in a storm. */
const STORM = 50;
const STORM_GATHERS_MS = 120;

/** Reads the inbox as it fills: whatever waits is one batch, and a burst is given a moment to gather, so it costs few commits. */
export function createIntakeLoop(
  deps: IntakeDeps & {
    readonly read: (limit: number) => Promise<Entry[]>;
    readonly abandoned: (limit: number) => Promise<Entry[]>;
  },
): IntakeLoop {
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        const entries = await deps.read(BATCH);
        await takeIn(deps, entries);
        if (entries.length >= BURST) await pause(patienceAfter(entries.length));
      } catch (error) {
        if (isStopping) return;
        note(deps, error);
        await pause(AFTER_TROUBLE_MS);
      }
    }
  }

  return {
    start: () => {
      running = run();
    },
    takeOver: async () => takeIn(deps, await deps.abandoned(BATCH)),
    async stop() {
      isStopping = true;
      await running;
    },
  };
}

/** What passes by itself is no mistake of ours. */
function note({ log }: IntakeDeps, error: unknown): void {
  const level = kindOf(error) === 'transient' ? 'warn' : 'error';
  log[level]({ err: error }, 'the inbox could not be read or taken in now, it will be tried again');
}

/** Ms that the next entries are given to gather, after a batch of this many. */
function patienceAfter(entries: number): number {
  const share = Math.min(1, (entries - BURST) / (STORM - BURST));
  return BURST_GATHERS_MS + share * (STORM_GATHERS_MS - BURST_GATHERS_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
