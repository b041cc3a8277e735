import { describe, expect, it } from 'vitest';
import { createAirflow } from '../../../sandbox/airflow/airflow.ts';
import { ANA } from '../../domain/given.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { served } from './served.ts';

const redis = useRedis();
const DAG = 'retraining_pipeline';
const MINUTE = 60_000;

/** An Airflow with one DAG of three tasks. */
async function given(clock: { now: number }, version: 2 | 3, takesMs = 2_000) {
  const airflow = createAirflow({ now: () => clock.now, version, user: 'tocsin', password: 's3cret' });
  const tasks = ['extract', 'train', 'evaluate'].map((id) => ({ id, takesMs }));
  airflow.dags.add({ id: DAG, tasks });
  const server = await served(airflow.routes);
  const signIn = { user: '${AIRFLOW_USER}', password: '${AIRFLOW_PASSWORD}' };
  return {
    airflow,
    action: action('retrain', {
      ...{ verb: 'retrain', heals: false, inputs: { city: { label: 'City', default: 'nyc' } } },
      airflow_dag: { url: server.url, version, dag: DAG, conf: { reason: 'drift', city: '{city}' }, ...signIn },
    }),
    target: { fetch, variables: { AIRFLOW_USER: 'tocsin', AIRFLOW_PASSWORD: 's3cret' } as Record<string, string> },
    inputs: { city: 'paris' },
    changes: () => airflow.changes().length,
    loseNextAnswer: () => airflow.faults.loseNextAnswer(),
    disturb: () => airflow.dags.pause(DAG, true),
    whenLost: 'done' as const,
    close: server.close,
  };
}

targetContract('Airflow 3', redis.client, (clock) => given(clock, 3));
targetContract('Airflow 2', redis.client, (clock) => given(clock, 2));

describe('an Airflow behind a page that asks people to sign in', () => {
  it('is not taken for one with a DAG that is well', async () => {
    const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
    const page = await served(async (app) => {
      app.get('/*', (_, reply) => reply.type('text/html').send('<html>Sign in</html>'));
    });
    const dag = { url: page.url, version: 2, dag: DAG };
    const retrain = action('retrain', { verb: 'retrain', heals: false, airflow_dag: dag });
    const target = { fetch, variables: {} };
    const { approved } = await world({ redis: redis.client(), actions: [retrain], target, clock });

    await expect(approved('retrain')).rejects.toThrow(/^Airflow does not answer with JSON/);
    await page.close();
  });
});

describe.each([3, 2] as const)('a run of a DAG in Airflow %d', (version) => {
  async function here() {
    const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
    const held = await given(clock, version, MINUTE);
    const { variables } = held.target;
    const place = await world({ redis: redis.client(), actions: [held.action], target: held.target, clock });
    const asked = { service: place.service, environment: 'prod', action: held.action, inputs: held.inputs };
    const plan = async () => await place.planner.plan({ ...asked, incident: await place.load() });
    return { ...held, ...place, plan, variables };
  }

  it('is started with what was said, under an id that says whose it is', async () => {
    const { approved, untilEnded, airflow, close } = await here();
    const run = await untilEnded(await approved('retrain', { city: 'paris' }));
    const [started] = airflow.dags.runs(DAG);

    expect(started).toMatchObject({
      ...{
        id: `tocsin__INC-1.1__${run.token}`,
        conf: { reason: 'drift', city: 'paris' },
        note: 'Tocsin INC-1.1: It is slow. a test',
      },
    });
    expect(run.why).toBe('The run of retraining_pipeline has succeeded in 3 min.');
    await close();
  });

  it('shows how far it is, and a link', async () => {
    const { approved, engine, run, clock, close } = await here();
    const id = await approved('retrain', { city: 'paris' });
    for (let i = 0; i < 20; i++) {
      clock.now += 5_000;
      await Promise.all(engine([id]));
    }
    const { progress } = await run(id);
    expect(progress).toMatchObject({ phase: 'Running train, 1 of 3 tasks done', share: 1 / 3 });
    expect(progress?.link).toMatch(
      version === 3 ? /\/dags\/retraining_pipeline\/runs\/tocsin__/ : /\/grid\?dag_run_id=tocsin__/,
    );
    await close();
  });

  it('says in which task it has failed', async () => {
    const { approved, untilEnded, airflow, close } = await here();
    airflow.dags.failNext(DAG, 'train');
    const run = await untilEnded(await approved('retrain', { city: 'paris' }));
    expect([run.state, run.why]).toEqual(['failed', 'The run of retraining_pipeline has failed, in train.']);
    await close();
  });

  it('is stopped when somebody cancels it', async () => {
    const { approved, untilEnded, engine, dispatch, incident, airflow, clock, run, close } = await here();
    const id = await approved('retrain', { city: 'paris' });
    while ((await run(id)).progress?.share !== 1 / 3) {
      clock.now += 5_000;
      await Promise.all(engine([id]));
    }
    await dispatch(incident, { type: 'cancel_run', by: ANA, run: id });
    const ended = await untilEnded(id);

    expect([ended.state, ended.why]).toEqual(['cancelled', expect.stringContaining('was stopped')]);
    expect(airflow.changes().map(({ kind }) => kind)).toEqual(['started', 'stopped']);
    await close();
  });

  it('is not started again when somebody has deleted it', async () => {
    const { approved, untilEnded, engine, airflow, clock, run, close } = await here();
    const id = await approved('retrain', { city: 'paris' });
    while ((await run(id)).reference === null) {
      clock.now += 1_000;
      await Promise.all(engine([id]));
    }
    airflow.dags.remove(DAG, (await run(id)).reference ?? '');
    const ended = await untilEnded(id);

    expect([ended.state, ended.why]).toEqual(['unknown', expect.stringContaining('has been deleted in Airflow')]);
    expect(airflow.changes()).toHaveLength(1);
    await close();
  });

  it('is not started in a paused DAG, with a broken file, or while nobody schedules', async () => {
    const { plan, airflow, close } = await here();
    airflow.dags.pause(DAG, true);
    airflow.dags.breakFile(DAG, true);
    airflow.scheduler(false);
    expect((await plan()).checks.filter(({ isWell }) => isWell === false).map(({ text }) => text)).toEqual([
      'The DAG is paused: a run would stay queued. Unpause it in Airflow first.',
      'The file of the DAG has an import error.',
      'The scheduler does not run: a run would stay queued.',
    ]);
    await close();
  });

  it('says that another run is under way, that the last one failed, and how long they take', async () => {
    const { plan, airflow, clock, close } = await here();
    airflow.dags.start(DAG, { id: 'good', conf: {}, note: null });
    clock.now += 10 * MINUTE;
    airflow.dags.failNext(DAG, 'extract');
    airflow.dags.start(DAG, { id: 'bad', conf: {}, note: null });
    clock.now += 10 * MINUTE;
    airflow.dags.start(DAG, { id: 'scheduled', conf: {}, note: null });
    const { checks, takesMs } = await plan();

    expect(takesMs).toBe(3 * MINUTE);
    expect(checks.filter(({ isWell }) => isWell === null).map(({ text }) => text)).toEqual([
      'scheduled is queued already: it may do what this one would.',
      'The last run of it, bad, failed.',
    ]);
    await close();
  });

  it('says which variable is missing, and who may not', async () => {
    const { plan, variables, close } = await here();
    variables.AIRFLOW_PASSWORD = 'wrong';
    await expect(plan()).rejects.toThrow(/Airflow says: .*\(401\)\. Give airflow_dag a user and a password/);
    delete variables.AIRFLOW_PASSWORD;
    await expect(plan()).rejects.toThrow(/AIRFLOW_PASSWORD\} is not set/);
    await close();
  });
});
