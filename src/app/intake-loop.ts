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
const GATHER_MS = 20;

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
        if (entries.length >= BURST) await pause(GATHER_MS);
      } catch (error) {
        if (isStopping) return;
        deps.log.error({ err: error }, 'the inbox could not be read or taken in now, it will be tried again');
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
