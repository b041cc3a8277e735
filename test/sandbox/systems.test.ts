import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../support/eventually.ts';
import { type RunningSystems, runSystems } from './systems-world.ts';

let world: RunningSystems;

beforeAll(async () => {
  world = await runSystems();
});

afterAll(() => world.close());

afterEach(async () => {
  for (const { name, faults } of world.systems.list()) {
    for (const fault of faults) if (fault.on) world.systems.set(name, fault.name, false);
  }
  await allWell();
  world.posted.length = 0;
});

const systemOf = (name: string) => world.systems.list().find((system) => system.name === name);
const allWell = () =>
  eventually('all systems well', () => world.systems.list().every(({ state }) => state === 'well'), 8000);

async function fires(system: string, fault: string, alarm: string): Promise<void> {
  const answer = await world.press(system, fault, true);
  expect(answer.status).toBe(200);
  await eventually(`${alarm} of ${system}`, () => systemOf(system)?.alarms.includes(alarm));
}

it('are five, and well when nobody breaks them', async () => {
  await allWell();
  const { systems } = (await world.get('/systems')) as { systems: { name: string; state: string }[] };

  expect(systems.map(({ name }) => name)).toEqual([
    ...['bikeshare', 'credit-risk', 'recommendation', 'movie-recommender', 'potato-pipeline'],
  ]);
  expect(world.aws.board.all().filter(({ state }) => state !== 'OK')).toEqual([]);
});

describe('a fault makes the alarms of its pack fire by themselves, and healing ends them', () => {
  it.each([
    ['bikeshare', '5xx-on-prod', 'sm-prod-5XX'],
    ['bikeshare', 'slow-prod', 'sm-prod-latency-p95-anomaly'],
    ['bikeshare', 'drift-the-features', 'prod-psi-high'],
    ['bikeshare', 'deploy-v42', 'prod-f1-low'],
    ['bikeshare', 'ingestion-fails', 'bikeshare-no-new-partition'],
    ['bikeshare', 'heartbeat-stops', 'bikeshare-infer-Errors-gt0'],
    ['bikeshare', 'staging-gate', 'staging-f1-low'],
    ['recommendation', 'deploy-v42', 'recommendation-api-high-error-rate'],
    ['recommendation', 'slow-model', 'recommendation-api-high-latency'],
    ['recommendation', 'low-ctr', 'recommendation-low-ctr'],
    ['recommendation', 'drift-the-features', 'recommendation-model-drift-detected'],
    ['recommendation', 'short-of-memory', 'recommendation-api-high-latency'],
    ['recommendation', 'throttled', 'recommendation-lambda-throttles-warning'],
    ['movie-recommender', 'slow-model', 'HighLatencyP95'],
    ['movie-recommender', 'model-errors', 'CriticalErrorRate'],
    ['movie-recommender', 'service-down', 'ServiceDown'],
    ['movie-recommender', 'drift-the-features', 'HighDataDrift'],
    ['movie-recommender', 'bad-release', 'HighErrorRate'],
    ['movie-recommender', 'traffic-spike', 'HighLatencyP95'],
    ['potato-pipeline', 'stale-silver-data', 'PipelineDataStale'],
    ['potato-pipeline', 'critically-stale', 'PipelineDataCritical'],
    ['potato-pipeline', 'tasks-fail', 'PipelineFailureRate'],
    ['potato-pipeline', 'slow-task', 'PipelineTaskLatency'],
  ])('%s: %s → %s', async (system, fault, alarm) => {
    await fires(system, fault, alarm);
    expect(systemOf(system)?.state).toBe('failing');

    world.systems.set(system, fault, false);
    await eventually(`${system} well`, () => systemOf(system)?.state === 'well');
  });
});

describe('the Alertmanager stand-in', () => {
  it('tells what fires, and then that it ended', async () => {
    await fires('potato-pipeline', 'stale-silver-data', 'PipelineDataStale');
    const first = await eventually('a notification', () => world.posted.find(({ to }) => to === 'alertmanager'));
    const listed = (await world.get('/systems/potato-pipeline/alertmanager/api/v2/alerts')) as object[];
    world.systems.set('potato-pipeline', 'stale-silver-data', false);
    const last = await eventually('the end', () => world.posted.find(({ body }) => body.status === 'resolved'));

    expect(first.body).toMatchObject({
      version: '4',
      status: 'firing',
      notification_reason: 'first notification',
      groupLabels: { alertname: 'PipelineDataStale', service: 'potato-pipeline', environment: 'prod' },
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'PipelineDataStale', severity: 'warning' },
          annotations: { summary: 'Silver data is 2.7 hours old (more than 2)' },
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
    });
    expect(listed).toMatchObject([{ status: { state: 'active' }, labels: { alertname: 'PipelineDataStale' } }]);
    expect(last.body).toMatchObject({ alerts: [{ status: 'resolved' }], notification_reason: 'all alerts resolved' });
  });
});

describe('the Prometheus stand-in', () => {
  const queriesOf = async (service: string): Promise<[string, string][]> => {
    const file = parse(await readFile(new URL(`../../services/${service}.yml`, import.meta.url), 'utf8'));
    const all: [string, { prometheus?: string }][] = Object.entries(file.queries);
    return all.flatMap(([name, { prometheus }]) => (prometheus === undefined ? [] : [[name, prometheus]]));
  };
  const ask = (service: string, query: string, more: Record<string, string> = {}) => {
    const kind = Object.keys(more).length === 0 ? 'query' : 'query_range';
    return world.get(`/systems/${service}/prometheus/api/v1/${kind}?${new URLSearchParams({ query, ...more })}`);
  };

  it.each([
    ['movie-recommender', []],
    // The runbook's own ratio divides each series by itself: nothing by nothing while no task fails.
    ['potato-pipeline', ['alerted-failure-rate', 'failure-rates-apart']],
  ])('answers the queries of %s with numbers', async (service, silentWhileWell) => {
    const silent: string[] = [];
    for (const [name, query] of await queriesOf(service)) {
      const answer = (await ask(service, query)) as { data?: { result?: { value: [number, string] }[] } };
      const value = Number(answer.data?.result?.[0]?.value[1]);
      if (!Number.isFinite(value)) silent.push(name);
    }

    expect(silent).toEqual(silentWhileWell);
  });

  it('answers over time', async () => {
    const end = Math.floor(Date.now() / 1000);
    const range = { start: String(end - 600), end: String(end), step: '60s' };

    const answer = await ask('movie-recommender', 'sum by (status) (rate(recommend_requests_total[5m]))', range);

    expect(answer).toMatchObject({
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: { status: '200' } }, { metric: { status: '500' } }] },
    });
  });

  it.each([
    ['sum(', 'unexpected end of input'],
    ['predict_linear(up[5m], 60)', 'not offered here'],
    ['up[5m]', 'within a function'],
    ['1 > 2', 'BOOL'],
  ])('refuses %s as Prometheus would', async (query, words) => {
    expect(await ask('movie-recommender', query)).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringContaining(words),
    });
  });

  it.each([
    ['1 + 2 * 3', '7'],
    ['vector(1) == bool 1', '1'],
    ['absent(nothing{job="x"})', '1'],
    ['count(up) or vector(0)', '1'],
    ['(vector(2) and on() vector(1)) * 2', '4'],
    ['abs(-vector(3))', '3'],
  ])('computes %s', async (query, value) => {
    const { data } = (await ask('movie-recommender', query)) as { data: { result: unknown } };

    expect(JSON.stringify(data.result)).toContain(`"${value}"`);
  });
});

describe('credit risk', () => {
  const events = () => world.posted.filter(({ to }) => to === 'events').map(({ body }) => body);

  it('reports its drift', async () => {
    await world.press('credit-risk', 'drift-the-features', true);
    const report = await eventually('the report', () => events().find(({ value }) => value === 57));

    expect(report).toMatchObject({ kind: 'report', name: 'credit-risk-drift-report', environment: 'prod' });
  });

  it('is down where it says so', async () => {
    const health = () => fetch(`${world.url}/systems/credit-risk/api/health`);
    const before = await health();
    await world.press('credit-risk', 'api-down', true);
    const during = await health();
    await eventually('the alert', () => events().find(({ name }) => name === 'credit-risk-api-down'));

    expect([before.status, during.status]).toEqual([200, 503]);
  });

  it('says in its registry which version serves', async () => {
    const live = async () => {
      const path = '/systems/credit-risk/mlflow/api/2.0/mlflow/registered-models/get-latest-versions';
      const answer = await world.get(`${path}?name=credit-risk-model&stages=Production`);
      return (answer as { model_versions: { version: string }[] }).model_versions.map(({ version }) => version);
    };
    const before = await live();
    await world.press('credit-risk', 'promote-v8', true);

    expect([before, await live()]).toEqual([['7'], ['8']]);
  });
});

it('says what it cannot do', async () => {
  const unknown = await world.press('bikeshare', 'flood', true);
  const twice = await world.press('bikeshare', 'slow-prod', false);

  expect([unknown.status, await unknown.json()]).toEqual([409, { ok: false, error: 'Bike share has no fault flood.' }]);
  expect(await twice.json()).toEqual({ ok: false, error: '“Slow down prod” is off already.' });
});
