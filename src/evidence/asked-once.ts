import type { Probes } from '../app/probes.ts';
import type { Answer } from '../domain/query.ts';

/** Probes that ask each query once: a fact and a graph of one gathering share the answer. For one gathering only. */
export function askedOnce(probes: Probes): Probes {
  const asked = new Map<string, Promise<Answer>>();
  return {
    ask(query, where) {
      const known = asked.get(query.name) ?? probes.ask(query, where);
      asked.set(query.name, known);
      return known;
    },
  };
}
