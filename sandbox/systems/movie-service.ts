import type { SandboxRunning } from '../api.ts';
import type { Ecs } from '../aws/ecs/ecs.ts';
import { type EcsService, newDeployment, newTasksAt, runningAt, settle } from '../aws/ecs/ecs-services.ts';
import type { Faults } from './faults.ts';
import { MOVIE } from './movie-names.ts';

const MINUTE_MS = 60_000;
const TASKS = 2;

/** The service on ECS that the recommender runs as. */
export interface MovieService {
  follow(faults: Faults): void;
  running(): SandboxRunning;
}

/** `isLight` says whether a model serves that needs next to nothing. */
export function addMovieService(ecs: Ecs, isLight: () => boolean): MovieService {
  const { now } = ecs;
  const release = (build: string): string =>
    ecs.register(MOVIE.service, {
      containers: [{ name: 'api', image: `movie-recommender:${build}`, environment: { MODEL_REGISTRY: '/registry' } }],
    });
  release('1.7.3');
  const good = release('1.8.0');
  const service = ecs.run(MOVIE.cluster, MOVIE.service, good, { desired: TASKS });
  ecs.run(MOVIE.cluster, `${MOVIE.service}-staging`, good, { desired: 1 });

  return {
    follow: (faults) => {
      faults.follow('service-down', createCrash(service, now));
      faults.follow('traffic-spike', createSpike(service, isLight, now));
      faults.follow('bad-release', {
        isSo: () => serving(service, now()) !== good && serving(service, now()) !== `${MOVIE.service}:1`,
        bring: () => deployed(service, release('1.9.0'), now() - 13 * MINUTE_MS, now()),
        end: () => deployed(service, good, now() - MINUTE_MS, now()), // through at once
      });
    },
    running: () => {
      settle(service, now());
      const [primary] = service.deployments;
      const isChanging = primary?.rollout === 'IN_PROGRESS';
      const state = isChanging ? `, ${primary?.rollout ?? ''}` : '';
      const tasks = `${runningAt(service, now())} of ${service.desired} tasks`;
      return { what: `ECS ${service.name}`, now: `${primary?.definition ?? ''}, ${tasks}${state}`, isChanging };
    },
  };
}

/** What takes the requests: the newest deployment once one of its tasks runs, until then the one before. */
function serving(service: EcsService, now: number): string {
  settle(service, now);
  const [primary, before] = service.deployments;
  if (!primary) return '';
  return newTasksAt(service, primary, now) > 0 || !before ? primary.definition : before.definition;
}

/** Somebody has deployed this, at `at` (epoch ms). */
function deployed(service: EcsService, definition: string, at: number, now: number): void {
  service.deployments = [newDeployment(definition, at), ...service.deployments];
  settle(service, now);
}

/** All tasks end, and stay away until a newer deployment has one that runs. */
function createCrash(service: EcsService, now: () => number) {
  let at: number | null = null;
  const isBack = (since: number): boolean => {
    settle(service, now());
    const [primary] = service.deployments;
    return primary !== undefined && primary.createdAt > since && newTasksAt(service, primary, now()) > 0;
  };
  return {
    isSo: () => at !== null && !isBack(at),
    bring: () => {
      at = now();
    },
    end: () => {
      at = null;
    },
  };
}

/** More is asked than the tasks can take, until two more of them run, or each has less to do. */
function createSpike(service: EcsService, isLight: () => boolean, now: () => number) {
  let needs = 0;
  return {
    isSo: () => !isLight() && runningAt(service, now()) < needs,
    bring: () => {
      needs = service.desired + 2;
    },
    end: () => {
      needs = 0;
    },
  };
}
