import type { GapNotice, HandOffNotice } from '../app/on-call.ts';
import type { Service } from '../domain/service.ts';
import type { Dated, OnCallLetters } from '../store/on-call-letters.ts';
import { rotationCalled } from './known-rotations.ts';

export interface TellingDeps {
  readonly letters: Pick<OnCallLetters, 'claim' | 'done'>;
  readonly services: () => readonly Service[];
  /** Resolves when it is told. It may be called again with the same id when a crash hits right after that. */
  readonly tellHandOff: (notice: HandOffNotice) => Promise<void>;
  readonly tellGap: (notice: GapNotice) => Promise<void>;
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

const BATCH = 20;
/** How long one process may take; who fails tries again after it. */
const TAKEN_MS = 60_000;
const GIVEN_UP_AFTER_MS = 86_400_000;

/** Tells what waits to be told, each by one process; what fails is tried again every minute for a day. */
export function createTelling(deps: TellingDeps): () => Promise<void> {
  return async () => {
    const now = deps.now();
    const letters = await deps.letters.claim(now, now + TAKEN_MS, BATCH);
    await Promise.all(letters.map((one) => attempt(deps, one)));
  };
}

async function attempt(deps: TellingDeps, dated: Dated): Promise<void> {
  const { id, at } = dated;
  try {
    await tell(deps, dated);
  } catch (error) {
    if (deps.now() - at < GIVEN_UP_AFTER_MS) {
      deps.log.warn({ err: error, letter: id }, 'who is on call could not be told, it will be tried again');
      return;
    }
    deps.log.error({ err: error, letter: id }, 'who is on call could not be told for a day: given up');
  }
  await deps.letters.done(id);
}

/** A rotation that is in no file any more has nobody whom it concerns. */
async function tell(deps: TellingDeps, { id, letter }: Dated): Promise<void> {
  const found = rotationCalled(deps.services(), letter.rotation);
  if (!found) return;
  if (letter.kind === 'gap') await deps.tellGap({ id, ...found, warning: letter.warning });
  else await deps.tellHandOff({ id, kind: letter.kind, ...found, summary: letter.summary });
}
