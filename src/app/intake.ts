import type { Alert } from '../domain/alert.ts';
import { kindOf } from './errors.ts';
import type { Ingest } from './ingest.ts';

interface Entry {
  readonly id: string;
  readonly alerts: readonly Alert[];
}

export interface IntakeDeps {
  readonly ingest: Ingest;
  readonly inbox: {
    done(ids: readonly string[]): Promise<void>;
    setAside(entry: Entry, reason: string): Promise<void>;
  };
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  /** An entry that cannot be processed is a bug of ours, and somebody must know that an alarm hides there. */
  readonly notifyOperators: (code: string, text: string) => Promise<void>;
}

/**
 * Takes entries of the inbox in and strikes them off. What fails for a passing reason stays in the inbox and throws; an
 * entry that fails by itself is set aside, loudly, so that one bad message never stops the others.
 */
export async function takeIn(deps: IntakeDeps, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  try {
    await deps.ingest(entries.flatMap(({ alerts }) => alerts));
  } catch (error) {
    if (kindOf(error) !== 'bug') throw error;
    if (entries.length > 1) {
      for (const entry of entries) await takeIn(deps, [entry]);
      return;
    }
    await setAside(deps, entries, error);
  }
  await deps.inbox.done(entries.map(({ id }) => id));
}

async function setAside(
  { inbox, log, notifyOperators }: IntakeDeps,
  entries: readonly Entry[],
  error: unknown,
): Promise<void> {
  for (const entry of entries) {
    const names = entry.alerts.map(({ name }) => name.slice(0, 120)).join(', ');
    log.error({ err: error, entry: entry.id }, 'an alarm could not be taken in and was set aside');
    await inbox.setAside(entry, String(error));
    await notifyOperators(
      `intake-${entry.id}`,
      `An alarm could not be taken in: ${names}. Nobody was told of it. It is kept in the stream inbox:dead as ${entry.id}; the log has the reason.`,
    );
  }
}
