import type { Incident } from './incident.ts';
import type { Run } from './run.ts';

/** An incident that is not a drill. What changes the world takes this and nothing else, so that no drill can be given to it. */
export type LiveIncident = Incident & { readonly drill: false };

/** A run that may change the world. */
export interface LiveRun {
  readonly incident: LiveIncident;
  readonly run: Run & { readonly state: 'executing' };
}

/** The only way to a live run: `null` for drills, and for runs that nobody has approved and begun. */
export function liveRun(incident: Incident, id: string): LiveRun | null {
  const run = incident.runs.find((one) => one.id === id);
  if (!isLive(incident) || !run || !isExecuting(run)) return null;
  return { incident, run };
}

function isLive(incident: Incident): incident is LiveIncident {
  return !incident.drill;
}

function isExecuting(run: Run): run is LiveRun['run'] {
  return run.state === 'executing';
}
