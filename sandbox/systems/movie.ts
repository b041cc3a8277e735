import { createActionsHook } from '../actions-hook/actions-hook.ts';
import { SANDBOX_KEYS } from '../options.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import type { MovieApi, MovieManner } from './movie-api.ts';
import { createMovieApi, LIGHT_MODEL } from './movie-api.ts';
import { LAST_GOOD_MODEL } from './movie-names.ts';
import { movieSeries } from './movie-series.ts';
import { addMovieService } from './movie-service.ts';
import { createMovieWorkflows } from './movie-workflows.ts';
import { prometheusSystem } from './prometheus-system.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const MOVIE_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'slow-model',
    title: 'Switch to a slow model',
    expect:
      'p95 rises above 400 ms and p99 to about 800 ms: P2 in #movie-alerts, with the lighter model in the checklist. A switch ends it.',
  },
  {
    name: 'model-errors',
    title: 'Load a damaged model',
    expect:
      'One request in fifteen fails: P1 in #movie-alerts, with the advice to roll back at once. A switch back ends it.',
  },
  {
    name: 'service-down',
    title: 'Crash the service',
    expect: 'Nothing answers any more: P0, which pages at any hour. A restart on ECS ends it.',
  },
  {
    name: 'bad-release',
    title: 'Release a broken build',
    expect: 'One request in thirty fails: P2 in #movie-alerts. The release before ends it.',
  },
  {
    name: 'traffic-spike',
    title: 'Send four times the requests',
    expect: 'p95 rises to about 300 ms: P2 in #movie-alerts. Two more containers end it, or the light model.',
  },
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect: 'PSI of user_age rises to 0.56: P1 of class drift, to be retrained at once. Nothing but a retrain ends it.',
  },
];

/** Movie recommender: FastAPI with a registry of models, watched by Prometheus. */
export async function movieRecommender({ aws, now, base, alertmanagerWebhook }: SystemWorld): Promise<System> {
  const faults = createFaults(MOVIE_FAULTS, now);
  const api = createMovieApi(now);
  const service = addMovieService(aws.ecs, () => api.version() === LIGHT_MODEL);
  followModel(faults, api);
  service.follow(faults);
  const workflows = createMovieWorkflows(now);
  workflows.follow(faults);
  const compose = createActionsHook({ now, secret: SANDBOX_KEYS.hook, services: ['api', 'prometheus'] });
  return await prometheusSystem({
    ...{ name: 'movie-recommender', title: 'Movie recommender', faults, webhook: alertmanagerWebhook, now, base },
    series: movieSeries(faults),
    running: () => [api.running(), service.running(), ...workflows.running()],
    moreRoutes: (app) => {
      api.routes(app, () => !faults.isOn('service-down'));
      app.register(workflows.routes, { prefix: '/github' });
      app.register(compose.routes, { prefix: '/hook' });
    },
  });
}

/** What is wrong is which model serves: whoever switches, by whatever way, begins or ends the trouble. */
function followModel(faults: Faults, api: MovieApi): void {
  const bad = (manner: MovieManner, version: string) => ({
    isSo: () => api.manner() === manner,
    bring: () => void api.switchTo(version, 'at once'),
    end: () => void api.switchTo(LAST_GOOD_MODEL, 'at once'),
  });
  faults.follow('slow-model', bad('slow', 'v0.4'));
  faults.follow('model-errors', bad('failing', 'v0.5'));
}
