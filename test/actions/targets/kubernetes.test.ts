import { afterEach, describe, expect, it } from 'vitest';
import { createKubernetes } from '../../../sandbox/kubernetes/kubernetes.ts';
import type { Action } from '../../../src/domain/action.ts';
import { createGuardedFetch } from '../../../src/probes/guarded-fetch.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { served } from './served.ts';

const redis = useRedis();
const T0 = Date.UTC(2026, 10, 22, 3, 0);
const PLACE = { url: '{kubernetes}', namespace: 'shop', token: '${K8S_TOKEN}' };
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A cluster with a CronJob and a deployment that is at its second image. */
async function cluster(
  clock: { now: number },
  more: { concurrencyPolicy?: 'Forbid'; ttlSecondsAfterFinished?: number } = {},
) {
  const held = createKubernetes({ now: () => clock.now, token: 's3cret' });
  const job = { namespace: 'shop', name: 'ingestion', schedule: '0 * * * *', image: 'ingest:7', takesMs: 10_000 };
  held.addCronJob({ ...job, ...more });
  held.addDeployment({ namespace: 'shop', name: 'checkout', image: 'checkout:1', replicas: 3 });
  held.deploy('shop', 'checkout', 'checkout:2');
  clock.now += 10 * 60_000;
  const { url, close } = await served(held.routes);
  open.push(close);
  const target = { fetch: createGuardedFetch(), variables: { K8S_TOKEN: 's3cret' } };
  const prod = { name: 'prod', links: [], region: null, prometheus: null, alertmanager: null, mlflow: null };
  return { held, target, service: { environments: { prod: { ...prod, values: { kubernetes: url } } } } };
}

const only = (name: string, entry: object): Action => action(name, { heals: false, ...entry });
const JOB = only('ingest', { kubernetes_job: { ...PLACE, cronjob: 'ingestion' } });
const UNDO = only('undo', { verb: 'rollback', kubernetes_undo: { ...PLACE, deployment: 'checkout' } });
const RESTART = only('restart', { kubernetes_restart: { ...PLACE, deployment: 'checkout' } });
const SCALE = only('scale', { kubernetes_scale: { ...PLACE, deployment: 'checkout', by: 2, most: 6 } });

const CASES = [
  ['kubernetes_job', JOB, (held) => held.suspend('shop', 'ingestion', true)],
  ['kubernetes_undo', UNDO, (held) => held.deploy('shop', 'checkout', 'checkout:3')],
  ['kubernetes_restart', RESTART, (held) => held.deploy('shop', 'checkout', 'checkout:3')],
  [
    'kubernetes_scale',
    SCALE,
    (held) => held.addDeployment({ namespace: 'shop', name: 'checkout', image: 'checkout:2', replicas: 4 }),
  ],
] as const satisfies readonly [string, Action, (held: ReturnType<typeof createKubernetes>) => void][];

for (const [title, one, disturb] of CASES) {
  targetContract(title, redis.client, async (clock) => {
    const { held, target, service } = await cluster(clock);
    return {
      ...{ action: one, target, service },
      changes: () => held.journal().length,
      loseNextAnswer: held.faults.loseNextAnswer,
      disturb: () => disturb(held),
      whenLost: 'done',
    };
  });
}

async function given(actions: readonly Action[], more: Parameters<typeof cluster>[1] = {}) {
  const clock = { now: T0 };
  const { held, target, service } = await cluster(clock, more);
  const here = await world({ redis: redis.client(), actions, target, service, clock });
  const checks = async (name: string) => (await here.run(await here.approved(name))).plan.checks;
  return { held, here, checks, clock };
}

describe('a job of a CronJob', () => {
  it('is made as kubectl makes it, under a name of the run', async () => {
    const { held, here } = await given([JOB]);
    const run = await here.untilEnded(await here.approved('ingest'));

    expect(held.journal()[0]?.body).toMatchObject({
      kind: 'Job',
      metadata: {
        name: run.reference,
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', owner: 'data' },
        labels: { app: 'ingestion' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'ingestion', controller: true }],
      },
      spec: { template: { spec: { containers: [{ image: 'ingest:7' }] } } },
    });
    expect(held.jobs()).toMatchObject([{ cronJob: 'ingestion', state: 'complete' }]);
  });

  it('is stopped by deleting it with its pods', async () => {
    const { held, here } = await given([JOB]);
    const id = await here.approved('ingest');
    await here.untilEnded(id, here.engine, 4).catch(() => {});
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
    const run = await here.untilEnded(id);

    expect([run.state, run.why]).toEqual(['cancelled', expect.stringContaining('stopped and deleted')]);
    expect(held.journal().at(-1)).toMatchObject({ verb: 'delete', body: { propagationPolicy: 'Background' } });
  });

  it('has failed when Kubernetes says so', async () => {
    const { held, here } = await given([JOB]);
    held.faults.failNextJob();
    const run = await here.untilEnded(await here.approved('ingest'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('backoff limit')]);
  });

  it('is not run again when it may have been cleared away', async () => {
    const { held, here, clock } = await given([JOB], { ttlSecondsAfterFinished: 0 });
    held.faults.loseNextAnswer();
    const id = await here.approved('ingest');
    await here.untilEnded(id, here.engine, 2).catch(() => {});
    clock.now += 10 * 60_000; // nobody looks for so long
    const run = await here.untilEnded(id);

    expect([run.state, run.why]).toEqual(['unknown', expect.stringContaining('It may have run')]);
    expect(held.journal()).toHaveLength(1);
  });

  it.each([
    ['is suspended', false, (held: ReturnType<typeof createKubernetes>) => held.suspend('shop', 'ingestion', true)],
  ] as const)('is not planned where the CronJob %s', async (_, isWell, disturb) => {
    const { held, here } = await given([JOB]);
    disturb(held);
    const action = here.service.actions.ingest;
    if (!action) throw new Error('no action');
    const drafted = await here.planner.draft({ service: here.service, environment: 'prod', action, inputs: {} });

    expect(drafted.checks[0]).toEqual({
      isWell,
      text: 'ingestion is suspended: somebody has stopped it. Resume it first.',
    });
  });

  it('waits for one that runs, where only one may', async () => {
    const { here } = await given([JOB], { concurrencyPolicy: 'Forbid' });
    await here.untilEnded(await here.approved('ingest'), here.engine, 4).catch(() => {});
    const action = here.service.actions.ingest;
    if (!action) throw new Error('no action');
    const drafted = await here.planner.draft({ service: here.service, environment: 'prod', action, inputs: {} });

    expect(drafted.checks[1]).toMatchObject({ isWell: false, text: expect.stringContaining('one at a time') });
  });
});

describe('an undone rollout', () => {
  it('runs the image of before, and says which', async () => {
    const { held, here } = await given([UNDO]);
    const run = await here.untilEnded(await here.approved('undo'));

    expect(run.plan.differences).toEqual([
      { what: 'Revision', from: '2', to: '1' },
      { what: 'checkout: image', from: 'checkout:2', to: 'checkout:1' },
    ]);
    expect(held.serving('shop', 'checkout')?.image).toBe('checkout:1');
    expect(JSON.stringify(held.journal()[0]?.body)).not.toContain('pod-template-hash');
  });

  it('is refused for a deployment that is paused', async () => {
    const { held, here } = await given([UNDO]);
    held.pause('shop', 'checkout', true);

    await expect(here.approved('undo')).rejects.toThrow(/paused: somebody is working on it/);
  });

  it('goes to a revision that is named, and to none that is not kept', async () => {
    const { held, here } = await given([UNDO]);
    held.deploy('shop', 'checkout', 'checkout:3');
    here.clock.now += 60_000;
    const run = await here.untilEnded(await here.approved('undo', { to: '1' }));

    expect([run.state, held.serving('shop', 'checkout')?.image]).toEqual(['done', 'checkout:1']);
    await expect(here.approved('undo', { to: '9' })).rejects.toThrow(
      'checkout has no revision “9” any more. It has: 2, 3, 4.',
    );
  });

  it('is refused where it would change nothing', async () => {
    const { here } = await given([UNDO]);

    await expect(here.approved('undo', { to: '2' })).rejects.toThrow(/there is nothing to undo/);
  });

  it('has failed when the pods of before do not come up either', async () => {
    const { held, here } = await given([UNDO]);
    held.faults.breakImage('checkout:1');
    const run = await here.untilEnded(await here.approved('undo'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('timed out progressing')]);
  });
});

describe('a restart', () => {
  it('sets the mark that kubectl sets, to when the run began', async () => {
    const { held, here } = await given([RESTART]);
    const run = await here.untilEnded(await here.approved('restart'));

    expect(held.journal()[0]?.body).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(run.beganAt ?? 0).toISOString() } },
        },
      },
    });
  });
});

describe('scaling', () => {
  it('never goes beyond what the service file allows', async () => {
    const { held, here } = await given([
      only('scale', { kubernetes_scale: { ...PLACE, deployment: 'checkout', by: 9, most: 5 } }),
    ]);
    await here.untilEnded(await here.approved('scale'));

    expect(held.serving('shop', 'checkout')?.replicas).toBe(5);
    await expect(here.approved('scale')).rejects.toThrow(/allows 1 to 5: there is nothing to change/);
  });

  it('is refused where an autoscaler would take it back', async () => {
    const { held, here } = await given([SCALE]);
    held.autoscale('checkout');

    await expect(here.approved('scale')).rejects.toThrow(/The autoscaler checkout sets its replicas/);
  });
});

describe('a cluster that is too old for autoscaling/v2', () => {
  it('does not let itself be taken for one without autoscalers', async () => {
    const clock = { now: T0 };
    const { target, service } = await cluster(clock);
    const old: typeof fetch = async (input, init) =>
      String(input).includes('/autoscaling/v2/')
        ? new Response('404 page not found', { status: 404, headers: { 'content-type': 'text/plain' } })
        : await target.fetch(input, init);
    const here = await world({
      ...{ redis: redis.client(), actions: [SCALE], service, clock },
      target: { ...target, fetch: old },
    });
    const { plan } = await here.run(await here.approved('scale'));

    expect(plan.checks.at(-1)).toEqual({
      isWell: null,
      text: 'Whether an autoscaler sets its replicas could not be seen; if so, it takes this back.',
    });
  });
});

describe('a change by somebody else in the same moment', () => {
  it.each([
    UNDO,
    RESTART,
    SCALE,
  ])('is seen by its resourceVersion, and nothing of it is overwritten: $name', async (one) => {
    const clock = { now: T0 };
    const { held, target, service } = await cluster(clock);
    let isFirst = true;
    const meddling: typeof fetch = async (input, init) => {
      if (isFirst && init?.method !== 'GET') {
        isFirst = false;
        held.pause('shop', 'checkout', false);
      }
      return await target.fetch(input, init);
    };
    const here = await world({
      redis: redis.client(),
      actions: [one],
      target: { ...target, fetch: meddling },
      service,
      clock,
    });
    const run = await here.untilEnded(await here.approved(one.name));

    expect([run.state, run.sendings, held.journal().length]).toEqual(['done', 2, 1]);
  });
});

describe('a quota that is counted for two jobs in the same moment', () => {
  it('is asked again: nothing was made', async () => {
    const clock = { now: T0 };
    const { held, target, service } = await cluster(clock);
    const message =
      'Operation cannot be fulfilled on resourcequotas "shop": the object has been modified; please apply your changes to the latest version and try again';
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Conflict', code: 409, message };
    let isFirst = true;
    const counting: typeof fetch = async (input, init) => {
      if (!isFirst || init?.method !== 'POST') return await target.fetch(input, init);
      isFirst = false;
      return Response.json(status, { status: 409 });
    };
    const here = await world({
      ...{ redis: redis.client(), actions: [JOB], service, clock },
      target: { ...target, fetch: counting },
    });
    const run = await here.untilEnded(await here.approved('ingest'));

    expect([run.state, run.sendings, held.journal().length]).toEqual(['done', 2, 1]);
  });
});

describe('what Kubernetes refuses', () => {
  it('ends the run with its own words, which name the permission', async () => {
    const { held, here } = await given([JOB]);
    held.faults.refuseNext();
    const run = await here.untilEnded(await here.approved('ingest'));

    expect([run.state, run.why]).toEqual([
      'failed',
      expect.stringContaining('cannot create resource "jobs" in API group "batch" in the namespace "shop"'),
    ]);
  });

  it('is a token that it does not know', async () => {
    const { here } = await given([
      only('ingest', { kubernetes_job: { ...PLACE, token: '${OTHER}', cronjob: 'ingestion' } }),
    ]);

    await expect(here.approved('ingest')).rejects.toThrow('${OTHER} is not set where Tocsin runs.');
  });

  it('is a name that would lead elsewhere', async () => {
    const { here } = await given([
      only('ingest', { kubernetes_job: { ...PLACE, namespace: '../kube-system', cronjob: 'x' } }),
    ]);

    await expect(here.approved('ingest')).rejects.toThrow(/is no name that Kubernetes knows/);
  });
});
