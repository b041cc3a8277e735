import type { Incident, IncidentEvent } from './incident.ts';
import { isOfRun, type Run } from './run.ts';

/** A run that must be looked at, or none any more. */
export interface MovedRun {
  readonly id: string;
  /** When it is due, epoch ms; `null`: never again. */
  readonly at: number | null;
}

/** What has changed between two states of an incident about when its runs are due. */
export function runsMoved(before: Incident | null, after: Incident): MovedRun[] {
  if (before?.runs === after.runs) return [];
  const old = new Map((before?.runs ?? []).map((run): [string, Run] => [run.id, run]));
  return after.runs
    .filter((run) => old.get(run.id) !== run && isWorthIt(old.get(run.id), run))
    .map(({ id, nextAt: at }) => ({ id, at }));
}

function isWorthIt(before: Run | undefined, { nextAt }: Run): boolean {
  return nextAt !== null || before?.nextAt != null;
}

/** What is kept in the audit's chain: who decided what, and what became of it. Measurements and phases are in the log alone. */
export function audited(events: readonly IncidentEvent[]): IncidentEvent[] {
  return events.filter((event) => isOfRun(event) && !UNAUDITED.has(event.type));
}

const UNAUDITED: ReadonlySet<IncidentEvent['type']> = new Set(['run_progressed', 'run_sampled']);
