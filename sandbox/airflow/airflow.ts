import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRestFaults, type RestFaults } from '../rest/faults.ts';
import { createDags, type Dag, type DagRun, type Dags, type NewRun } from './dags.ts';
import { dagShown, problem, runShown, taskShown } from './shapes.ts';

export interface AirflowOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** Its major version: 2 takes Basic under `/api/v1`, 3 a token under `/api/v2`. */
  readonly version: 2 | 3;
  readonly user: string;
  readonly password: string;
}

/** What has been changed through the REST interface. */
export interface AirflowChange {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: 'started' | 'stopped';
  readonly dag: string;
  readonly run: string;
}

/** Airflow behind its REST interface. https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html */
export interface Airflow {
  /** To fill it, to read it, and to change it by hand. */
  readonly dags: Dags;
  readonly faults: RestFaults;
  /** Whether somebody works off what is queued. */
  scheduler(isHealthy: boolean): void;
  /** Changes that came through the REST interface, oldest first. */
  changes(): readonly AirflowChange[];
  onChange(listener: (change: AirflowChange) => void): () => void;
  /** Fastify plugin: register it under the prefix of its base address. */
  routes(app: FastifyInstance): Promise<void>;
}

const TOKEN = 'eyJhbGciOiJIUzUxMiJ9.c2FuZGJveA.c2FuZGJveA';

export function createAirflow({ now, version, user, password }: AirflowOptions): Airflow {
  const dags = createDags(now);
  const faults = createRestFaults(({ method, url }) => method !== 'GET' && !url.endsWith('/auth/token'));
  const changes: AirflowChange[] = [];
  const listeners = new Set<(change: AirflowChange) => void>();
  let isHealthy = true;
  const changed = (kind: AirflowChange['kind'], dag: string, run: string): void => {
    const change = { at: now(), kind, dag, run };
    changes.push(change);
    for (const listener of listeners) listener(change);
  };
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  return {
    dags,
    faults,
    scheduler: (next) => {
      isHealthy = next;
    },
    changes: () => changes,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      faults.add(app);
      const health = () => healthShown(isHealthy, now());
      app.get(version === 3 ? '/api/v2/monitor/health' : '/api/v1/health', health);
      if (version === 3) {
        app.post('/auth/token', (request, reply) => {
          const { username, password: given } = request.body as Readonly<Record<string, unknown>>;
          const isRight = username === user && given === password;
          return isRight
            ? reply.code(201).send({ access_token: TOKEN })
            : reply.code(401).send({ detail: 'Invalid credentials' });
        });
      }
      const wanted = version === 3 ? `Bearer ${TOKEN}` : basic;
      await app.register(
        async (api) => {
          api.addHook('onRequest', async (request, reply) => {
            if (request.headers.authorization !== wanted)
              return await reply.code(401).send(problem(version, 401, 'Not authenticated'));
          });
          addReads(api, { dags, version, changed });
          addWrites(api, { dags, version, changed });
        },
        { prefix: `/api/v${version - 1}` },
      );
    },
  };
}

type Route = FastifyRequest<{ Params: { dag: string; run: string } }>;

type Act<T> = (one: T, request: Route, reply: FastifyReply) => unknown;

interface Routes {
  readonly dags: Dags;
  readonly version: 2 | 3;
  readonly changed: (kind: AirflowChange['kind'], dag: string, run: string) => void;
}

function finders({ dags, version }: Routes) {
  const say = (reply: FastifyReply, status: number, detail: string) =>
    reply.code(status).send(problem(version, status, detail));
  const withDag = (act: Act<Dag>) => (request: Route, reply: FastifyReply) => {
    const dag = dags.find(request.params.dag);
    if (!dag) return say(reply, 404, `The Dag with ID: \`${request.params.dag}\` was not found`);
    return act(dag, request, reply);
  };
  const withRun = (act: Act<DagRun>) =>
    withDag((dag, request, reply) => {
      const run = dags.runs(dag.id).find(({ id }) => id === request.params.run);
      const missing = `The DagRun with dag_id: \`${dag.id}\` and run_id: \`${request.params.run}\` was not found`;
      return run ? act(run, request, reply) : say(reply, 404, missing);
    });
  return { say, withDag, withRun };
}

function addReads(api: FastifyInstance, routes: Routes): void {
  const { dags, version } = routes;
  const { withDag, withRun } = finders(routes);
  api.get('/importErrors', () => ({ import_errors: [], total_entries: 0 }));
  api.get(
    '/dags/:dag',
    withDag((dag) => dagShown(dag, version)),
  );
  api.get(
    '/dags/:dag/dagRuns',
    withDag((dag, request) => listed(dags.runs(dag.id), request.url, version)),
  );
  api.get(
    '/dags/:dag/dagRuns/:run',
    withRun((run) => runShown(run, version)),
  );
  api.get(
    '/dags/:dag/dagRuns/:run/taskInstances',
    withRun((run) => {
      const tasks = run.tasks.map((task) => taskShown(run, task));
      return { task_instances: tasks, total_entries: tasks.length };
    }),
  );
}

function addWrites(api: FastifyInstance, routes: Routes): void {
  const { dags, version, changed } = routes;
  const { say, withDag, withRun } = finders(routes);
  api.post(
    '/dags/:dag/dagRuns',
    withDag((dag, request, reply) => {
      const wrong = version === 3 ? refusedBody(bodyOf(request)) : null;
      if (wrong !== null) return reply.code(422).send({ detail: [wrong] });
      if (dag.hasImportErrors)
        return say(reply, 400, `Dag with dag_id: '${dag.id}' has import errors and cannot be triggered`);
      const run = newRun(bodyOf(request), dags.runs(dag.id).length);
      if (!dags.start(dag.id, run)) return reply.code(409).send(conflict(dag.id, run.id, version));
      changed('started', dag.id, run.id);
      return reply.code(200).send(runShown(dags.runs(dag.id)[0] as DagRun, version)); // it has just been added
    }),
  );
  api.patch(
    '/dags/:dag/dagRuns/:run',
    withRun((run, request, reply) => {
      if (bodyOf(request).state !== 'failed') return say(reply, 400, 'Only failed is known here');
      dags.stop(run.dag, run.id);
      changed('stopped', run.dag, run.id);
      return runShown(dags.runs(run.dag).find(({ id }) => id === run.id) ?? run, version);
    }),
  );
}

type Body = Readonly<Record<string, unknown>>;

function bodyOf({ body }: Route): Body {
  return (body ?? {}) as Body; // JSON, which Fastify has read
}

function newRun({ dag_run_id: id, conf, note }: Body, count: number): NewRun {
  return {
    id: typeof id === 'string' ? id : `manual__${count}`,
    conf: typeof conf === 'object' && conf !== null ? conf : {},
    note: typeof note === 'string' ? note : null,
  };
}

const BODY = new Set([
  'dag_run_id',
  'logical_date',
  'run_after',
  'conf',
  'note',
  'data_interval_start',
  'data_interval_end',
  'partition_key',
]);

/** Airflow 3 takes no key that it does not know, and wants `logical_date` even when it is null. */
function refusedBody(body: Body): object | null {
  const stranger = Object.keys(body).find((key) => !BODY.has(key));
  if (stranger !== undefined) {
    return {
      type: 'extra_forbidden',
      loc: ['body', stranger],
      msg: 'Extra inputs are not permitted',
      input: body[stranger],
    };
  }
  if ('logical_date' in body) return null;
  return { type: 'missing', loc: ['body', 'logical_date'], msg: 'Field required', input: body };
}

function conflict(dag: string, run: string, version: 2 | 3): object {
  if (version === 2) return problem(2, 409, `DAGRun with DAG ID: '${dag}' and DAGRun ID: '${run}' already exists`);
  const message =
    'Serious error when handling your request. Check logs for more details - you will find it in api server when you look for ID GcmQLOCn';
  return { detail: { reason: 'Unique constraint violation', statement: 'hidden', orig_error: 'hidden', message } };
}

function listed(runs: readonly DagRun[], url: string, version: 2 | 3): object {
  const query = new URL(url, 'http://localhost').searchParams;
  const states = query.getAll('state');
  const found = runs.filter(({ state }) => states.length === 0 || states.includes(state));
  return {
    dag_runs: found.slice(0, Number(query.get('limit') ?? 100)).map((run) => runShown(run, version)),
    total_entries: found.length,
  };
}

function healthShown(isHealthy: boolean, now: number): object {
  const beat = new Date(now - (isHealthy ? 2_000 : 600_000)).toISOString();
  return {
    metadatabase: { status: 'healthy' },
    scheduler: { status: isHealthy ? 'healthy' : 'unhealthy', latest_scheduler_heartbeat: beat },
  };
}
