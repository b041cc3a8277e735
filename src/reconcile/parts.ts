import type { BaseLogger } from 'pino';
import { kindOf } from '../app/errors.ts';

/** Each source is asked by itself: one that refuses or is away costs its own part and no other. */
export interface Parts {
  /** Runs the work of a part, unless it is off. `null`: it could not be told, be it by a mistake of ours: the others go on. */
  attempt<T>(part: string, work: () => Promise<T>): Promise<T | null>;
  /** What cannot be told now, in words. */
  trouble(): readonly string[];
}

const OFF_MS = 3_600_000;

/** What a person has to mend is not asked again for an hour. Trouble is logged when it begins, changes or ends. */
export function createParts(deps: {
  readonly now: () => number;
  readonly log: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** What is broken off at the end is no trouble. */
  readonly isEnding: () => boolean;
}): Parts {
  const { now, log, isEnding } = deps;
  const troubles = new Map<string, { readonly text: string; readonly offUntil: number }>();

  function note(part: string, error: unknown): void {
    const kind = kindOf(error);
    if (isEnding()) return;
    if (kind === 'bug' || !(error instanceof Error)) {
      log.error({ err: error, part }, 'a source could not be compared, by a mistake of ours');
      troubles.set(part, { text: `A mistake of Tocsin: ${part} cannot be compared, see the log.`, offUntil: 0 });
      return;
    }
    const isKnown = [...troubles.values()].some(({ text }) => text === error.message);
    if (!isKnown) log.warn({ part }, `${error.message}${kind === 'setup' ? ' It is asked again in an hour.' : ''}`);
    troubles.set(part, { text: error.message, offUntil: kind === 'setup' ? now() + OFF_MS : 0 });
  }

  return {
    async attempt(part, work) {
      const before = troubles.get(part);
      if (before && now() < before.offUntil) return null;
      try {
        const result = await work();
        if (troubles.delete(part)) log.info({ part }, 'it answers again');
        return result;
      } catch (error) {
        note(part, error);
        return null;
      }
    },
    trouble: () => [...new Set([...troubles.values()].map(({ text }) => text))],
  };
}
