import type { Incident } from '../domain/incident.ts';
import type { Answer, Query } from '../domain/query.ts';
import type { Service } from '../domain/service.ts';
import { SetupError } from './errors.ts';
import type { Probes } from './probes.ts';

/** Asks a query of the service that an incident is about, in its environment. Throws as `Probes` do. */
export type Ask = (incident: Pick<Incident, 'service' | 'environment'>, query: Query) => Promise<Answer>;

/** A person waits for the answer, and Slack for theirs. */
const ANSWER_WITHIN_MS = 2_500;

export function createAsk(deps: {
  readonly probes: Probes;
  readonly services: () => readonly Service[];
  readonly now: () => number;
}): Ask {
  const { probes, services, now } = deps;
  return async ({ service: name, environment }, query) => {
    const service = services().find((one) => one.name === name);
    if (!service) throw new SetupError(`There is no service file “${name}” any more.`);
    const to = now();
    const from = to - service.evidence.lookBackMs;
    return await probes.ask(query, { service, environment, from, to, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  };
}
