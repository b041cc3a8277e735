import type { Serving } from '../src/app/actions.ts';
import { type Action, isFor } from '../src/domain/action.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import { isUnderWay } from '../src/domain/run.ts';
import type { Runbook } from '../src/domain/runbook.ts';

/** What can be done about an incident, and what serves in the place of something better meanwhile. */
export interface Remedies {
  /** Of its service, in the order of the service file; only what is for its environment. */
  readonly offered: readonly Action[];
  /** Fallbacks of its service; those of other environments are left out here. */
  readonly serving: readonly Serving[];
}

export const NO_REMEDIES: Remedies = { offered: [], serving: [] };

/** The fallbacks that serve where the incident is. */
export function servingHere({ environment }: Pick<Incident, 'environment'>, { serving }: Remedies): readonly Serving[] {
  return serving.filter((one) => one.environment === environment);
}

/**
 * What the card offers to plan: what its runbook names, else a rollback, else the first that is meant to heal. `null` where there is
 * none that was not tried yet, and while something else is to be decided or waited for: a run, a proposal, the recovery.
 */
export function remedyFor(incident: Incident, runbook: Runbook | null, offered: readonly Action[]): Action | null {
  const { runs, proposals, status, watchUntil, environment } = incident;
  const isWaiting = runs.some(isUnderWay) || proposals.length > 0 || (status === 'mitigated' && watchUntil !== null);
  if (isOver(incident) || isWaiting || hasHelped(incident)) return null;
  const tried = new Set(runs.filter(({ state }) => !UNTRIED.has(state)).map(({ plan }) => plan.action));
  const waysBack = new Set(offered.map(({ fallback }) => fallback?.back));
  const left = offered.filter(
    (one) => one.heals && isFor(one, environment) && !tried.has(one.name) && !waysBack.has(one.name),
  );
  const named = runbook?.steps.map(({ action }) => left.find(({ name }) => name === action)).find((one) => one);
  return named ?? left.find(({ verb }) => verb === 'rollback') ?? left[0] ?? null;
}

/** What ended so has changed nothing. */
const UNTRIED: ReadonlySet<string> = new Set(['cancelled', 'expired']);

/** The newest run has helped, and nothing fired since. */
function hasHelped({ runs, lastAlarmAt }: Incident): boolean {
  const last = runs.at(-1);
  return last?.state === 'helped' && (last.endedAt ?? 0) >= lastAlarmAt;
}
