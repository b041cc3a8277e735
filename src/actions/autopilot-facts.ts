import type { Logger } from 'pino';
import { kindOf } from '../app/errors.ts';
import type { ChangeLog } from '../app/evidence-store.ts';
import type { AutoFacts, AutoRule } from '../domain/autopilot.ts';
import { changesAskedMs, queriesAsked } from '../domain/autopilot-guards.ts';
import { globMatches } from '../domain/glob.ts';
import type { Incident } from '../domain/incident.ts';
import { beganAt } from '../domain/milestones.ts';
import type { Answer, Query } from '../domain/query.ts';
import type { Service } from '../domain/service.ts';

export interface FactsDeps {
  readonly changes: Pick<ChangeLog, 'between'>;
  readonly ask: (where: { readonly service: string; readonly environment: string }, query: Query) => Promise<Answer>;
  readonly now: () => number;
  readonly log: Pick<Logger, 'error'>;
}

const LOOKED_AT = 1_000;

/** Finds out what the guards of some rules ask for. What does not answer could not be told. */
export function createFacts({ changes, ask, now, log }: FactsDeps) {
  async function changed({ milestones }: Incident, service: Service, agoMs: number): Promise<AutoFacts['changes']> {
    if (service.changes.length === 0) return null; // nobody has said what belongs to it
    const found = await changes.between(beganAt(milestones) - agoMs, now(), LOOKED_AT);
    const mine = found.filter(({ subject }) => service.changes.some((pattern) => globMatches(pattern, subject)));
    return mine.length === 0 && found.length === LOOKED_AT ? null : mine; // older ones were not looked at
  }

  async function answered({ environment }: Incident, service: Service, name: string): Promise<Answer | null> {
    const query = Object.hasOwn(service.queries, name) ? service.queries[name] : undefined;
    if (!query) return null;
    try {
      return await ask({ service: service.name, environment }, query);
    } catch (error) {
      if (kindOf(error) === 'bug') log.error({ err: error, query: name }, 'a guard of the autopilot failed');
      return null;
    }
  }

  return async (incident: Incident, service: Service, rules: readonly AutoRule[]): Promise<AutoFacts> => {
    const agoMs = changesAskedMs(rules);
    const [known, answers] = await Promise.all([
      agoMs === null ? null : changed(incident, service, agoMs),
      Promise.all(queriesAsked(rules).map(async (name) => [name, await answered(incident, service, name)] as const)),
    ]);
    return { changes: known, answers: Object.fromEntries(answers) };
  };
}
