import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { type ActionsHook, createActionsHook } from '../actions-hook/actions-hook.ts';
import { type Airflow, createAirflow } from '../airflow/airflow.ts';
import type { SandboxRunning } from '../api.ts';
import { createMlflow } from '../mlflow/mlflow.ts';
import { SANDBOX_KEYS } from '../options.ts';
import { untilDone } from './causes.ts';
import type { Cause, Faults } from './faults.ts';

const MODEL = 'credit-risk-model';
const DAG = 'retraining_pipeline';
const GOOD = 7;
const WORSE = 8;
const DAY_MS = 86_400_000;
/** Half an hour in the real pipeline; here one can watch it. */
const TASKS = [
  { id: 'extract', takesMs: 4_000 },
  { id: 'train', takesMs: 14_000 },
  { id: 'evaluate', takesMs: 4_000 },
  { id: 'promote', takesMs: 2_000 },
];

/** MLflow, Airflow and what Compose runs: the API serves the model that was in Production when it was started last. */
export interface CreditStack {
  follow(faults: Faults): void;
  /** The version that the API has loaded. */
  loaded(): number;
  /** Whether the API answers. */
  isUp(): boolean;
  running(): readonly SandboxRunning[];
  routes(app: FastifyInstance): void;
}

export function createCreditStack(now: () => number): CreditStack {
  const { airflowUser: user, airflowPassword: password, hook: secret } = SANDBOX_KEYS;
  const mlflow = createMlflow({ now });
  const airflow = createAirflow({ now, version: 2, user, password });
  const compose = createActionsHook({ now, secret, services: ['api', 'mlflow', 'monitoring'] });
  fillRegistry(mlflow.registry, now());
  airflow.dags.add({ id: DAG, tasks: TASKS, queuedMs: 2_000 });
  const serving = { version: GOOD };
  compose.onChange((change) => {
    if (change === 'restarted api') serving.version = inProduction(mlflow.registry);
  });
  const api = untilDone(() => restartedAt(compose, 'api'), now);
  const server = untilDone(() => restartedAt(compose, 'mlflow'), now);
  const isAway = (name: string, cause: Cause): boolean => cause.isSo() || isRestarting(compose, name);

  return {
    loaded: () => serving.version,
    isUp: () => !isAway('api', api),
    follow: (faults) => {
      faults.follow('api-down', api);
      faults.follow('mlflow-is-down', server);
      faults.follow(
        'monitoring-is-down',
        untilDone(() => restartedAt(compose, 'monitoring'), now),
      );
      for (const name of ['drift-the-features', 'retraining-fails']) {
        faults.follow(
          name,
          untilDone(() => lastRetrained(airflow), now),
        );
      }
      faults.follow('promote-v8', promotion(mlflow.registry, serving));
    },
    running: () => [
      apiRunning(serving.version, isRestarting(compose, 'api')),
      { what: `${MODEL} in Production`, now: `version ${inProduction(mlflow.registry)}`, isChanging: false },
      ...dagRunning(airflow),
    ],
    routes: (app) => {
      app.register(
        whileUp(mlflow.routes, () => !isAway('mlflow', server)),
        { prefix: '/mlflow' },
      );
      app.register(airflow.routes, { prefix: '/airflow' });
      app.register(compose.routes, { prefix: '/hook' });
    },
  };
}

type Registry = ReturnType<typeof createMlflow>['registry'];

/** Somebody has promoted a worse version and restarted the API, which loads it. */
function promotion(registry: Registry, serving: { version: number }): Cause {
  const promote = (version: number) => () => {
    registry.setStage(MODEL, version, 'Production', true);
    serving.version = version;
  };
  return { isSo: () => serving.version === WORSE, bring: promote(WORSE), end: promote(GOOD) };
}

function inProduction(registry: Registry): number {
  return registry.find(MODEL)?.versions.findLast(({ stage }) => stage === 'Production')?.version ?? 0;
}

/** When the restart that is through was begun; `null`: there was none. */
function restartedAt(compose: ActionsHook, name: string): number | null {
  const found = compose.services().find((one) => one.name === name);
  return found !== undefined && found.restarts > 0 && found.state === 'running' ? found.startedAt : null;
}

function isRestarting(compose: ActionsHook, name: string): boolean {
  return compose.services().some((one) => one.name === name && one.state === 'restarting');
}

/** When the newest successful run was asked for. */
function lastRetrained({ dags }: Airflow): number | null {
  return dags.runs(DAG).find(({ state }) => state === 'success')?.queuedAt ?? null;
}

function whileUp(routes: FastifyPluginAsync, isUp: () => boolean): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      if (!isUp()) return await reply.code(503).send('upstream connect error');
    });
    await app.register(routes);
  };
}

/** Eight versions: one in Production, the one before in Archived, a worse one that waits. */
function fillRegistry(registry: Registry, now: number): void {
  for (let version = 1; version <= WORSE; version += 1) {
    const createdAt = now - (WORSE - version) * 12 * DAY_MS - DAY_MS / 3;
    registry.register(MODEL, { createdAt, by: 'airflow', source: `models:/${MODEL}/${version}` });
    registry.setStage(MODEL, version, version === WORSE ? 'Staging' : 'Production', version !== WORSE);
  }
  registry.setAlias(MODEL, 'champion', GOOD);
  registry.setAlias(MODEL, 'challenger', WORSE);
}

function apiRunning(version: number, isChanging: boolean): SandboxRunning {
  return { what: 'API', now: `version ${version}${isChanging ? ', restarting' : ''}`, isChanging };
}

function dagRunning({ dags }: Airflow): readonly SandboxRunning[] {
  const [newest] = dags.runs(DAG);
  if (newest === undefined) return [];
  const isChanging = newest.endedAt === null;
  const task = newest.tasks.find(({ state }) => state === 'running')?.id;
  return [{ what: DAG, now: task === undefined ? newest.state : `${newest.state}: ${task}`, isChanging }];
}
