import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/domain/service.ts';
import { action, world } from '../actions/given.ts';
import { useRedis } from '../support/redis.ts';
import { freePort } from '../support/scenario-bot.ts';
import { startProgram } from './program.ts';

const { MLFLOW, AIRFLOW } = process.env;
const redis = useRedis();
const dirs: string[] = [];
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tocsin-interop-'));
  dirs.push(dir);
  return dir;
}

async function ask(url: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, body === undefined ? {} : post);
  const json = (await answer.json()) as Readonly<Record<string, unknown>>;
  if (!answer.ok) throw new Error(`${url}: ${JSON.stringify(json)}`);
  return json;
}

const START_MS = 240_000;

describe.skipIf(!MLFLOW)('MLflow from the package index', () => {
  it('lets the version before serve, by alias and by stage', { timeout: START_MS }, async () => {
    const [dir, port] = [await scratch(), await freePort()];
    const server = [
      'server',
      '--host=127.0.0.1',
      `--port=${port}`,
      '--workers=1',
      '--backend-store-uri=sqlite:///m.db',
    ];
    const environment = { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };
    const url = `http://127.0.0.1:${port}`;
    const mlflow = await startProgram(MLFLOW ?? '', server, {
      url,
      readyPath: '/health',
      cwd: dir,
      environment,
      withinMs: START_MS,
    });
    const api = `${url}/api/2.0/mlflow`;
    await ask(`${api}/registered-models/create`, { name: 'm' });
    for (const n of [1, 2])
      await ask(`${api}/model-versions/create`, { name: 'm', source: `s3://b/${n}`, run_id: `run${n}` });
    await ask(`${api}/registered-models/alias`, { name: 'm', alias: 'champion', version: '2' });
    await ask(`${api}/model-versions/transition-stage`, {
      name: 'm',
      version: '2',
      stage: 'Production',
      archive_existing_versions: true,
    });

    const rollback = (name: string, label: object) =>
      action(name, { verb: 'rollback', heals: false, mlflow_rollback: { model: 'm', ...label } });
    const actions = [rollback('by-alias', { alias: 'champion' }), rollback('by-stage', { stage: 'Production' })];
    const place = {
      name: 'prod',
      links: [],
      region: null,
      prometheus: null,
      alertmanager: null,
      mlflow: url,
      values: {},
    };
    const service: Partial<Service> = { environments: { prod: place } };
    const here = await world({ redis: redis.client(), actions, target: { fetch }, service });
    for (const { name } of actions) {
      const run = await here.untilEnded(await here.approved(name));
      expect([run.state, run.plan.current, run.plan.target, run.why]).toEqual(['done', '2', '1', run.why]);
    }

    const alias = await ask(`${api}/registered-models/alias?name=m&alias=champion`);
    const stage = await ask(`${api}/registered-models/get-latest-versions?name=m&stages=Production`);
    expect(alias).toMatchObject({ model_version: { version: '1' } });
    expect(stage).toMatchObject({ model_versions: [{ version: '1' }] });
    await mlflow.stop();
  });
});

const QUICK = `
from datetime import datetime
from airflow.sdk import dag, task
@dag(dag_id="quick", schedule=None, start_date=datetime(2026, 1, 1), catchup=False)
def quick():
    @task
    def train(): return 1
    train()
quick()
`;

/** Airflow with SQLite, one worker, and one DAG that is over at once. */
async function startAirflow() {
  const [dir, port] = [await scratch(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  await mkdir(join(dir, 'dags'));
  await writeFile(join(dir, 'dags', 'quick.py'), QUICK);
  await writeFile(join(dir, 'passwords.json'), JSON.stringify({ admin: 's3cret' }));
  const environment = {
    PATH: `${dirname(AIRFLOW ?? '')}:${process.env.PATH}`, // it starts its parts by name
    AIRFLOW_HOME: dir,
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__PARALLELISM: '1',
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: 'admin:admin',
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: join(dir, 'passwords.json'),
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/`,
    AIRFLOW__API__HOST: '127.0.0.1',
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__WORKERS: '1',
    AIRFLOW__API__BASE_URL: url,
  };
  const given = {
    url,
    readyPath: '/api/v2/monitor/health',
    cwd: dir,
    environment,
    withinMs: START_MS,
    endsWithinMs: 60_000,
  };
  return await startProgram(AIRFLOW ?? '', ['standalone'], given);
}

describe.skipIf(!AIRFLOW)('Airflow 3 from the package index', () => {
  it('runs a DAG once, whoever asks how often', { timeout: 2 * START_MS }, async () => {
    const airflow = await startAirflow();
    const signIn = { user: '${AIRFLOW_USER}', password: '${AIRFLOW_PASSWORD}' };
    const retrain = action('retrain', {
      ...{ verb: 'retrain', heals: false },
      airflow_dag: { url: airflow.url, version: 3, dag: 'quick', conf: { reason: 'drift' }, ...signIn },
    });
    const variables = { AIRFLOW_USER: 'admin', AIRFLOW_PASSWORD: 's3cret' };
    let answered = 0;
    // The first answer to the start is lost: it is asked for again, and Airflow does it once.
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (init?.method === 'POST' && String(input).endsWith('/dagRuns') && answered++ === 0)
        throw new TypeError('lost');
      return answer;
    };
    const here = await world({ redis: redis.client(), actions: [retrain], target: { fetch: losing, variables } });
    const id = await soon(() => here.approved('retrain'));
    const run = await soon(async () => {
      here.clock.now += 1_000;
      await Promise.all(here.engine([id]));
      const held = await here.run(id);
      if (held.endedAt === null) throw new Error(`it is still ${held.progress?.phase ?? held.state}`);
      return held;
    });
    expect([run.state, run.why]).toEqual(['done', expect.stringContaining('has succeeded')]);

    const { access_token: token } = await ask(`${airflow.url}/auth/token`, { username: 'admin', password: 's3cret' });
    const all = await fetch(`${airflow.url}/api/v2/dags/quick/dagRuns`, {
      headers: { authorization: `Bearer ${String(token)}` },
    });
    expect(await all.json()).toMatchObject({
      total_entries: 1,
      dag_runs: [{ dag_run_id: `tocsin__${run.id}__${run.token}` }],
    });
    await airflow.stop();
  });
});

/** What throws is tried again: Airflow reads its DAGs and starts its scheduler when it gets to it. */
async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + START_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
