import { describe, expect, it } from 'vitest';
import { createHooks } from '../../../sandbox/hooks/hooks.ts';
import { createMlflow } from '../../../sandbox/mlflow/mlflow.ts';
import { createRestFaults } from '../../../sandbox/rest/faults.ts';
import type { Service } from '../../../src/domain/service.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { served } from './served.ts';

const redis = useRedis();
const MODEL = 'credit-risk-model';
const TOKEN = 's3cret-token';
const HOOK = 's3cret-hook';

type Settings = Readonly<Record<string, unknown>>;

/** A registry with three versions of a model, of which the newest serves, and a server that is told to load it anew. */
async function given(clock: { now: number }, settings: Settings = { alias: 'champion' }) {
  const now = () => clock.now;
  const mlflow = createMlflow({ now, token: TOKEN });
  for (const f1 of ['0.61', '0.66', '0.41']) {
    mlflow.registry.register(MODEL, { tags: { f1 }, by: 'ana', createdAt: clock.now - 86_400_000 });
  }
  mlflow.registry.setAlias(MODEL, 'champion', 3);
  mlflow.registry.setStage(MODEL, 3, 'Production', true);
  const hooks = createHooks({ secret: HOOK, now });
  const hookFaults = createRestFaults();
  const [registry, servers] = [
    await served(mlflow.routes),
    await served(async (app) => {
      hookFaults.add(app);
      await hooks.routes(app);
    }),
  ];
  const { restart, ...plain } = settings;
  return {
    ...{ mlflow, hooks, hookFaults },
    action: action('rollback', {
      verb: 'rollback',
      heals: false,
      mlflow_rollback: {
        ...{ model: MODEL, token: '${MLFLOW_TOKEN}', ...plain },
        ...(restart !== undefined && { restart: { url: '${HOOK_URL}', secret: '${HOOK_SECRET}', body: restart } }),
      },
    }),
    service: at(registry.url),
    target: { fetch, variables: { MLFLOW_TOKEN: TOKEN, HOOK_URL: `${servers.url}/api`, HOOK_SECRET: HOOK } },
    changes: () => mlflow.changes().length,
    loseNextAnswer: () => mlflow.faults.loseNextAnswer(),
    disturb: () => {
      mlflow.registry.register(MODEL);
      mlflow.registry.setAlias(MODEL, 'champion', 4);
      mlflow.registry.setStage(MODEL, 4, 'Production', true);
    },
    whenLost: 'done' as const,
    close: async () => {
      await Promise.all([registry.close(), servers.close()]);
    },
  };
}

function at(mlflow: string): Partial<Service> {
  const nothing = { links: [], region: null, prometheus: null, alertmanager: null, values: { api: 'credit-api' } };
  return { environments: { prod: { name: 'prod', ...nothing, mlflow } } };
}

targetContract('MLflow by alias', redis.client, (clock) => given(clock));
targetContract('MLflow by stage', redis.client, (clock) => given(clock, { stage: 'Production' }));
targetContract('MLflow with a restart', redis.client, (clock) =>
  given(clock, { alias: 'champion', restart: { restart: '{api}' } }),
);

/** As Databricks documents its registry: what serves by stage is asked for with POST, and with nothing else. */
targetContract('MLflow that takes a question as a POST alone', redis.client, async (clock) => {
  const held = await given(clock, { stage: 'Production' });
  const strict: typeof fetch = async (input, init) =>
    (init?.method ?? 'GET') === 'GET' && String(input).includes('get-latest-versions')
      ? Response.json({ error_code: 'ENDPOINT_NOT_FOUND', message: 'No API found for GET' }, { status: 404 })
      : await fetch(input, init);
  return { ...held, target: { ...held.target, fetch: strict } };
});

describe('a rollback in MLflow', () => {
  async function here(settings?: Settings, inputs: Readonly<Record<string, string>> = {}) {
    const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
    const held = await given(clock, settings);
    const { action: one, target, service } = held;
    const place = await world({ redis: redis.client(), actions: [one], target, service, clock });
    const plan = async () => {
      const asked = { service: place.service, environment: 'prod', action: one, inputs };
      return await place.planner.plan({ ...asked, incident: await place.load() });
    };
    return { ...held, ...place, plan };
  }

  it('goes to the newest ready version before, and says that nobody has seen what served', async () => {
    const { plan, close, registry } = await withRegistry(here());
    registry.register(MODEL, { status: 'FAILED_REGISTRATION' });
    const { current, target, differences, checks, subject } = await plan();

    expect([subject, current, target]).toEqual([`${MODEL}@champion`, '3', '2']);
    expect(differences).toContainEqual({ what: 'tag f1', from: '0.41', to: '0.66' });
    expect(differences).toContainEqual({ what: 'alias champion', from: 'version 3', to: 'version 2' });
    expect(checks).toContainEqual({
      isWell: null,
      text: expect.stringContaining('Nobody has seen what served before'),
    });
    await close();
  });

  it('goes to the last known good version, where somebody has seen one', async () => {
    const { plan, close, ledger, clock } = await here();
    const { lock } = await plan();
    await ledger.seen(lock, '1', true);
    clock.now += 10 * 60_000;
    await ledger.seen(lock, '1', true);
    const { target, checks } = await plan();

    expect(target).toBe('1');
    expect(checks).toContainEqual({ isWell: true, text: 'Version 1 is the last known good one.' });
    await close();
  });

  it.each([
    [{ to: 'v7' }, /“v7” is no version/],
    [{ to: '9' }, /Model Version \(name=credit-risk-model, version=9\) not found \(404\)/],
  ])('refuses %j', async (inputs, why) => {
    const { approved, close } = await here(undefined, {});
    await expect(approved('rollback', inputs)).rejects.toThrow(why);
    await close();
  });

  it('does not let a version serve that serves already', async () => {
    const { plan, close, registry } = await withRegistry(here(undefined, { to: '3' }));
    expect((await plan()).checks).toContainEqual({ isWell: false, text: 'Version 3 serves already.' });
    registry.setAlias(MODEL, 'champion', registry.register(MODEL));
    registry.register(MODEL, { status: 'PENDING_REGISTRATION' });
    expect((await plan()).checks.filter(({ isWell }) => isWell === false)).toEqual([]);
    await close();
  });

  it('does not let a version serve that is not ready', async () => {
    const { plan, close, registry } = await withRegistry(here(undefined, { to: '4' }));
    registry.register(MODEL, { status: 'PENDING_REGISTRATION' });
    expect((await plan()).checks).toContainEqual({
      ...{ isWell: false, text: 'Version 4 is not ready: MLflow says PENDING_REGISTRATION.' },
    });
    await close();
  });

  it('says whose permission is missing', async () => {
    const held = await given({ now: Date.UTC(2026, 10, 22, 3, 0) });
    const target = { ...held.target, variables: { ...held.target.variables, MLFLOW_TOKEN: 'another' } };
    const { approved } = await world({
      ...{ redis: redis.client(), actions: [held.action], target, service: held.service },
    });
    await expect(approved('rollback')).rejects.toThrow(/401.*Give mlflow_rollback a token/);
    await held.close();
  });

  it('archives what served in the stage', async () => {
    const { untilEnded, approved, close, registry } = await withRegistry(here({ stage: 'production' }));
    await untilEnded(await approved('rollback'));
    expect(registry.find(MODEL)?.versions.map(({ stage }) => stage)).toEqual(['None', 'Production', 'Archived']);
    await close();
  });

  it('ends unknown when somebody else sets the alias after it was sent', async () => {
    const { approved, engine, untilEnded, run, mlflow, close } = await here();
    const id = await approved('rollback');
    mlflow.onChange(() => mlflow.registry.setAlias(MODEL, 'champion', 1));
    await Promise.all(engine([id]));
    const ended = await untilEnded(id);

    expect([ended.state, (await run(id)).why]).toEqual([
      'unknown',
      expect.stringContaining('Somebody else was here: version 1'),
    ]);
    await close();
  });

  describe('with a restart', () => {
    const settings = { alias: 'champion', restart: { restart: '{api}' } };

    it('tells the servers once, signed, after the alias is set', async () => {
      const { approved, untilEnded, hooks, close } = await here(settings);
      const ended = await untilEnded(await approved('rollback'));

      expect([ended.state, ended.reference]).toEqual(['done', 'restarted']);
      expect(hooks.list()).toMatchObject([{ signature: 'right', status: 200, name: 'api' }]);
      expect(JSON.parse(hooks.list()[0]?.body ?? '')).toEqual({ restart: 'credit-api' });
      await close();
    });

    it('asks again where the answer of the restart was lost, and sets the alias once', async () => {
      const { approved, untilEnded, hooks, hookFaults, changes, close } = await here(settings);
      hookFaults.loseNextAnswer();
      const ended = await untilEnded(await approved('rollback'));

      expect([ended.state, ended.sendings, changes()]).toEqual(['done', 2, 1]);
      expect(hooks.list()).toHaveLength(2);
      await close();
    });

    it('says that the alias is set, when the restart is refused', async () => {
      const { target, approved, untilEnded, close } = await here(settings);
      (target.variables as Record<string, string>).HOOK_SECRET = 'wrong';
      const ended = await untilEnded(await approved('rollback'));

      expect(ended.state).toBe('failed');
      expect(ended.why).toMatch(/^Version 2 has the alias champion, but the restart was refused: .*401.*yourself\.$/);
      await close();
    });

    it('says that nobody can tell, when the restart never answers', async () => {
      const { approved, untilEnded, hookFaults, changes, close } = await here(settings);
      hookFaults.down(true);
      const ended = await untilEnded(await approved('rollback'));

      expect([ended.state, changes()]).toEqual(['unknown', 1]);
      expect(ended.why).toMatch(
        /^Version 2 has the alias champion, but nobody can tell whether the servers were restarted/,
      );
      await close();
    });

    it('forbids a plan whose secret is not set', async () => {
      const { target, approved, close } = await here(settings);
      delete (target.variables as Record<string, string>).HOOK_SECRET;
      await expect(approved('rollback')).rejects.toThrow(/restart cannot be sent/);
      await close();
    });
  });
});

async function withRegistry<T extends { readonly mlflow: ReturnType<typeof createMlflow> }>(held: Promise<T>) {
  const all = await held;
  return { ...all, registry: all.mlflow.registry };
}
