import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { incidentOfRun, isUnderWay, type Run } from '../src/domain/run.ts';
import type { Call } from '../src/slack/grammar.ts';
import { findIncident } from './act.ts';
import type { HandlerDeps } from './deps.ts';
import type { Ask } from './incident-of.ts';

export interface RunOf {
  readonly incident: Incident;
  readonly run: Run;
}

const NAMED = 5;

/** A run with its incident. Everybody may look. */
export async function findRun(deps: Pick<HandlerDeps, 'store'>, id: string): Promise<Result<RunOf>> {
  const found = await findIncident(deps, incidentOfRun(id));
  if (!found.ok) return found;
  const incident = found.value;
  const run = incident.runs.find((one) => one.id === id);
  if (run) return ok({ incident, run });
  return reject('not_found', `There is no run ${id}.`, `See those of the incident: /incident show ${incident.id}`);
}

/** The run that is meant: the one that is named, else the only one that waits (`approve`) or is under way (`cancel`). */
export async function whichRun(deps: HandlerDeps, { here }: Ask, call: Call): Promise<Result<RunOf>> {
  if (call.run !== null) return await findRun(deps, call.run);
  const id = call.incident ?? here;
  const found = id === null ? null : await findIncident(deps, id);
  if (found && !found.ok) return found;
  const among = found ? [found.value] : await deps.actions.busy();
  const fits = call.verb === 'approve' ? ({ state }: Run) => state === 'planned' : isUnderWay;
  const candidates = among.flatMap((incident) => incident.runs.filter(fits).map((run) => ({ incident, run })));
  return onlyOne(candidates, call, id);
}

/** Without an incident none is taken, even where there is only one: which is meant is not guessed. */
function onlyOne(candidates: readonly RunOf[], call: Call, id: string | null): Result<RunOf> {
  const [only] = candidates;
  if (only)
    return candidates.length === 1 && id !== null
      ? ok(only)
      : reject('bad_input', 'Which run?', listed(candidates, call));
  const where = id === null ? '' : ` of ${id}`;
  const nothing = call.verb === 'approve' ? `No plan${where} waits for approval.` : `No run${where} is under way.`;
  return reject('nothing_to_do', nothing);
}

function listed(candidates: readonly RunOf[], { verb }: Call): string {
  const rows = candidates
    .slice(0, NAMED)
    .map(({ incident, run }) => `/incident ${verb} ${run.id} – ${incident.serviceTitle}: ${run.plan.title}`);
  if (candidates.length > NAMED) rows.push(`… and ${candidates.length - NAMED} more`);
  return rows.join('\n');
}
