import type { Logger } from 'pino';
import { kindOf } from '../../app/errors.ts';
import type { LeftBehind, Sent } from '../../app/page-way.ts';
import type { Actor } from '../../domain/incident.ts';

/** Runs one way to its end: whatever goes wrong is said in words, and a mistake of ours is logged. */
export async function outcome(log: Pick<Logger, 'error'>, send: () => Promise<Sent>): Promise<Sent> {
  try {
    return await send();
  } catch (error) {
    return failed(log, error);
  }
}

/** What an error means for a way: a person has to mend it, or it may work another time. */
export function failed(log: Pick<Logger, 'error'>, error: unknown): Extract<Sent, { ok: false }> {
  const kind = kindOf(error);
  if (kind !== 'bug' && error instanceof Error)
    return { ok: false, why: error.message, isUsable: kind === 'transient' };
  log.error({ err: error }, 'a way to page somebody broke');
  return { ok: false, why: 'Tocsin made a mistake; its log has it', isUsable: true };
}

/** A way that cannot work as things are. */
export function unusable(why: string): Extract<Sent, { ok: false }> {
  return { ok: false, why, isUsable: false };
}

export function sent(left: readonly LeftBehind[] = []): Extract<Sent, { ok: true }> {
  return { ok: true, left };
}

/** One of several who were to be reached. */
export interface Reached {
  readonly person: Actor;
  readonly sent: Sent;
}

/** One who was reached is enough; the others are told in the log. Nobody: the reasons, and whether one of them may pass. */
export function reachedAny(
  results: readonly [Reached, ...Reached[]],
  log: Pick<Logger, 'warn'>,
  fields: Readonly<Record<string, unknown>>,
): Sent {
  const failures = results.flatMap(({ person, sent: one }) => (one.ok ? [] : [{ person, ...one }]));
  for (const { person, why, isUsable } of failures)
    log.warn({ ...fields, person, why, isUsable }, 'a person was not reached');
  if (failures.length < results.length) return sent();
  const reasons = [...new Set(failures.map(({ why }) => why))];
  return { ok: false, why: reasons.join('; '), isUsable: failures.some(({ isUsable }) => isUsable) };
}

/** Several things that must all arrive; what arrived already is taken as a repetition when it comes again. */
export function reachedAll(results: readonly Sent[]): Sent {
  const failures = results.filter((one) => !one.ok);
  if (failures.length === 0) return sent(results.flatMap((one) => (one.ok ? one.left : [])));
  const reasons = [...new Set(failures.map(({ why }) => why))];
  return { ok: false, why: reasons.join('; '), isUsable: failures.some(({ isUsable }) => isUsable) };
}
