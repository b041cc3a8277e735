import type { FastifyInstance } from 'fastify';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { movieSeries } from './movie-series.ts';
import { prometheusSystem } from './prometheus-system.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const MOVIE_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'slow-model',
    title: 'Switch to a slow model',
    expect:
      'p95 rises above 400 ms and p99 to about 800 ms: P2 in #movie-alerts, with the lighter model in the checklist.',
  },
  {
    name: 'model-errors',
    title: 'Load a damaged model',
    expect: 'One request in fifteen fails: P1 in #movie-alerts, with the advice to roll back at once.',
  },
  { name: 'service-down', title: 'Stop the service', expect: 'Nothing answers any more: P0, which pages at any hour.' },
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect: 'PSI of user_age rises to 0.56: P1 of class drift, to be retrained at once.',
  },
];

/** Movie recommender: FastAPI with a registry of models, watched by Prometheus. */
export async function movieRecommender({ now, base, alertmanagerWebhook }: SystemWorld): Promise<System> {
  const faults = createFaults(MOVIE_FAULTS, now);
  return await prometheusSystem({
    ...{ name: 'movie-recommender', title: 'Movie recommender', faults, webhook: alertmanagerWebhook, now, base },
    series: movieSeries(faults),
    moreRoutes: (app) => apiRoutes(app, faults),
  });
}

function apiRoutes(app: FastifyInstance, faults: Faults): void {
  const version = (): string => (faults.isOn('slow-model') || faults.isOn('model-errors') ? 'v0.4' : 'v0.3');
  const answer =
    (body: () => object) => (_request: unknown, reply: { code(status: number): { send(body: object): unknown } }) =>
      faults.isOn('service-down')
        ? reply.code(503).send({ detail: 'Service Unavailable' })
        : reply.code(200).send(body());
  app.get(
    '/api/healthz',
    answer(() => ({ status: 'ok', version: version(), model: 'als' })),
  );
  app.get(
    '/api/rollout/status',
    answer(() => ({ live: version(), previous: 'v0.3', share: 1 })),
  );
}
