import type { Incident } from '../domain/incident.ts';
import { isUnderWay, type Run, type RunEnd } from '../domain/run.ts';
import type { EngineDeps, Step } from './engine.ts';

/**
 * Ends a run as it was when somebody looked at it, and gives its lock back. What another process has moved on meanwhile stays as it is:
 * what was concluded may be of its work.
 */
export async function endRun(
  { dispatch, lock }: Pick<EngineDeps, 'dispatch' | 'lock'>,
  { id: incident }: Incident,
  { id, state: seen, sendings, plan }: Run,
  state: RunEnd,
  why: string,
): Promise<Step> {
  const from = { state: seen, sendings };
  const written = await dispatch(incident, { type: 'end_run', run: id, from, state, why });
  const after = written.ok ? written.value.runs.find((one) => one.id === id) : undefined;
  if (after && !isUnderWay(after)) await lock.release(plan.lock, id);
  return 'settled';
}
