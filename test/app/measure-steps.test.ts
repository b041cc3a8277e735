import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAsk } from '../../src/app/ask.ts';
import { createMeasure } from '../../src/app/measure.ts';
import type { ValueCondition } from '../../src/domain/policy.ts';
import type { Query } from '../../src/domain/query.ts';
import { createGuardedFetch } from '../../src/probes/guarded-fetch.ts';
import { createProbes } from '../../src/probes/probes.ts';
import { path, policy, role, step } from '../domain/escalation-given.ts';
import { ANA, alert, MINUTE, rule, service, T0 } from '../domain/given.ts';
import { environment } from '../probes/given.ts';
import { type StandIn, standIn } from '../probes/stand-in.ts';
import { useRedis } from '../support/redis.ts';
import { processOn } from './given.ts';

const server = useRedis();
let redis: Redis;
let prometheus: StandIn;
let tocsin: ReturnType<typeof processOn>;
let measure: () => Promise<void>;

const query = (name: string): Query => ({
  ...{ name, label: name, unit: null, expect: null },
  ask: { kind: 'prometheus', query: name },
});
const latency = (direction: 'above' | 'below'): ValueCondition => ({
  query: 'latency',
  expect: { kind: 'number', direction, limit: 500, inclusive: direction === 'below' },
  forMs: 5 * MINUTE,
});
const POLICY = policy([
  path([
    step('page/L1.1', { until: latency('below') }),
    step('page/L2.1', { after: 10, notify: [role('lead')], value: latency('above') }),
    step('page/L3.1', { after: 20, severities: ['P0'], value: { ...latency('above'), query: 'errors' } }),
  ]),
]);

/** From now on this is the newest sample of every query; `null`: there is none. */
function latencyIs(value: number | null): void {
  const values = value === null ? [] : [[tocsin.clock.now() / 1_000, String(value)]];
  const result = [{ metric: {}, values }];
  prometheus.says({
    '/api/v1/query_range': () => ({ json: { status: 'success', data: { resultType: 'matrix', result } } }),
  });
}

const asked = () =>
  prometheus.asked.map(({ path: at }) => new URL(at, prometheus.url).searchParams.get('query')).toSorted();
const incident = async () => (await tocsin.store.load('INC-1')) ?? expect.fail('there is no incident');
const held = async () => Object.keys((await incident()).escalation?.state.held ?? {});
const told = async () => Object.keys((await incident()).escalation?.state.done ?? {});
const turned = async () =>
  (await tocsin.store.events('INC-1')).flatMap((one) => (one.type === 'value_held' ? [one.condition] : []));

beforeAll(() => {
  redis = server.client();
});
beforeEach(async () => {
  prometheus = await standIn();
  const services = [
    service('bikes', {
      environments: { prod: environment(prometheus) },
      queries: { latency: query('latency'), errors: query('errors') },
      rules: [rule('bikes-*', { severity: 'P1' })],
      escalation: POLICY,
    }),
  ];
  tocsin = processOn(redis, services);
  const { now } = tocsin.clock;
  const probes = createProbes({ aws: prometheus.aws, fetch: createGuardedFetch(), now, region: '' });
  const ask = createAsk({ probes, services: () => services, now });
  const one = createMeasure({ ...tocsin, services: () => services, ask, now, log: { warn() {}, error() {} } });
  measure = () => one('INC-1');
  await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);
});

describe('the values that steps depend on', () => {
  it('are asked of the steps that are for the incident, each query once', async () => {
    latencyIs(400);

    await measure();

    expect(asked()).toEqual(['latency']);
  });

  it('are written down when they turn, and not while they stay', async () => {
    for (const value of [900, 800, 400, 450, 900]) {
      latencyIs(value);
      tocsin.clock.pass(MINUTE);
      await measure();
    }

    expect(await turned()).toEqual([
      'latency above 500',
      'latency below 500 or equal',
      'latency above 500',
      'latency below 500 or equal',
      'latency above 500',
    ]);
    expect(await held()).toEqual(['latency above 500']);
  });

  it('wake the level that waits for them once they have been so for long enough', async () => {
    tocsin.clock.pass(9 * MINUTE);
    latencyIs(900);
    await measure();
    tocsin.clock.pass(4 * MINUTE);
    await tocsin.dispatch('INC-1', { type: 'wake' });
    expect(await told()).toEqual(['page/L1.1']);

    tocsin.clock.pass(MINUTE);
    await tocsin.dispatch('INC-1', { type: 'wake' });

    expect(await told()).toEqual(['page/L1.1', 'page/L2.1']);
  });

  it.each<[string, () => void]>([
    ['there is no sample', () => latencyIs(null)],
    ['Prometheus does not answer', () => prometheus.says({})],
  ])('stay what they were when %s', async (_, given) => {
    latencyIs(900);
    await measure();
    const { version } = await incident();
    given();

    await measure();

    expect((await incident()).version).toBe(version);
    expect(await held()).toEqual(['latency above 500']);
  });

  it('are not asked for once the incident is over', async () => {
    await tocsin.dispatch('INC-1', { type: 'resolve', by: ANA, seen: null, text: '', note: null });

    await measure();

    expect(asked()).toEqual([]);
  });

  it('are written down once by two processes that ask at the same time', async () => {
    latencyIs(900);

    await Promise.all([measure(), measure()]);

    expect(await turned()).toEqual(['latency above 500']);
  });
});
