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

/** Reads the inbox as fast as it fills: whatever waits is one batch, so a burst costs few commits. */
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
        await takeIn(deps, await deps.read(BATCH));
      } catch (error) {
        if (isStopping) return;
        deps.log.error({ err: error }, 'the inbox could not be read or taken in now, it will be tried again');
        await new Promise((resolve) => setTimeout(resolve, AFTER_TROUBLE_MS));
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
