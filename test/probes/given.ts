import type { Where } from '../../src/app/probes.ts';
import type { Ask, Query } from '../../src/domain/query.ts';
import type { Environment } from '../../src/domain/service.ts';
import { createGuardedFetch } from '../../src/probes/guarded-fetch.ts';
import { createProbes } from '../../src/probes/probes.ts';
import type { StandIn } from './stand-in.ts';

export const NOW = Date.UTC(2026, 10, 22, 2, 10);
export const HOUR = 3_600_000;

export function query(ask: Ask, more: Partial<Query> = {}): Query {
  return { name: 'q', label: 'Question', unit: null, expect: null, ...more, ask };
}

export function environment(system: StandIn, more: Partial<Environment> = {}): Environment {
  const { url } = system;
  const addresses = { prometheus: `${url}/`, alertmanager: null, mlflow: url };
  return {
    name: 'prod',
    links: [],
    region: 'eu-west-1',
    ...addresses,
    values: { endpoint: 'bikes', api: url },
    ...more,
  };
}

/** Asks a stand-in, in the environment `prod` of the service `bikes`. */
export function ask(
  system: StandIn,
  question: Query,
  more: Partial<Where> & { readonly at?: Partial<Environment> } = {},
) {
  const { at, ...where } = more;
  const probes = createProbes({ aws: system.aws, fetch: createGuardedFetch(), now: () => NOW, region: '' });
  return probes.ask(question, {
    service: { name: 'bikes', environments: { prod: environment(system, at) } },
    environment: 'prod',
    from: NOW - 3 * HOUR,
    to: NOW,
    signal: AbortSignal.timeout(10_000),
    ...where,
  });
}
