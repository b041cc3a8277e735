import { createServer } from 'node:http';
import type { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { groupedAlert } from '../../src/sources/grouped-alert.ts';
import { MINUTE, rule, service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { listening, tocsinIn } from './given.ts';

const server = useRedis();
let redis: Redis;
let blocking: Redis;
beforeAll(() => {
  redis = server.client();
  blocking = server.client();
});

interface Held {
  readonly fingerprint: string;
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  readonly alertname: string;
  readonly startsAt: number;
}

/** Alertmanager's API, version 2: what it has, and since when it runs. */
async function startAlertmanager() {
  const state = { held: [] as Held[], upSince: Date.now() - 3_600_000, status: 200, body: null as string | null };
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(request.url ?? '');
    const isStatus = request.url === '/am/api/v2/status';
    const answer = isStatus ? { uptime: new Date(state.upSince).toISOString() } : state.held.map(asApi);
    response.writeHead(state.status, { 'content-type': 'application/json' });
    response.end(state.body ?? JSON.stringify(answer));
  });
  const { url, close } = await listening(http);
  return { state, asked, url: `${url}/am/`, close };
}

function asApi({ fingerprint, state, alertname, startsAt }: Held) {
  return {
    annotations: { summary: `${alertname} is bad` },
    endsAt: new Date(Date.now() + 240_000).toISOString(),
    fingerprint,
    receivers: [{ name: 'tocsin' }],
    startsAt: new Date(startsAt).toISOString(),
    status: { inhibitedBy: [], silencedBy: state === 'suppressed' ? ['s1'] : [], state },
    updatedAt: new Date().toISOString(),
    generatorURL: 'http://prometheus.example/graph',
    labels: { alertname, severity: 'critical', pipeline: 'silver' },
  };
}

let alertmanager: Awaited<ReturnType<typeof startAlertmanager>>;
beforeEach(async () => {
  alertmanager = await startAlertmanager();
});
afterEach(() => alertmanager.close());

const environment = (address: string | null) => ({
  prod: { name: 'prod', links: [], region: null, prometheus: null, alertmanager: address, mlflow: null, values: {} },
});
function aTocsin(address: string | null = alertmanager.url) {
  const potato = rule('*', {
    when: { source: null, namespace: null, metric: null, labels: { pipeline: 'silver' } },
    title: 'Silver data are stale',
    severity: 'P1',
  });
  const all = [
    service('potato', { rules: [potato], environments: environment(address) }),
    service('rest', { fallback: true, rules: [rule('Rest*')] }),
  ];
  return tocsinIn({ redis, blocking, services: () => all, endpoint: 'http://127.0.0.1:1' });
}

const STALE: Held = {
  fingerprint: 'aaaaaaaaaaaaaaaa',
  state: 'active',
  alertname: 'StaleData',
  startsAt: Date.now() - 600_000,
};
const KEY = `am:1:${STALE.fingerprint}`;
const heard = (held: Held): Alert =>
  groupedAlert({ ...asApi(held), status: 'firing' }, { source: 'alertmanager', prefix: 'am:1:' }, Date.now());

describe('an alert of an open incident', () => {
  it('that Alertmanager does not have, twice in a row, has recovered under its own title', async () => {
    const tocsin = aTocsin();
    await tocsin.hear(heard(STALE));
    await tocsin.compare();
    expect(await tocsin.stateOf(KEY)).toBe('firing');

    await tocsin.compare();

    expect(tocsin.counted).toEqual(['alertmanager gone']);
    expect((await tocsin.all())[0]?.members.shown).toEqual([
      expect.objectContaining({ key: KEY, state: 'recovered', title: 'Silver data are stale', severity: 'P1' }),
    ]);
  });

  it('that is there again between has not', async () => {
    const tocsin = aTocsin();
    await tocsin.hear(heard(STALE));
    for (const held of [[], [STALE], []]) {
      alertmanager.state.held = held;
      await tocsin.compare();
    }

    expect(await tocsin.stateOf(KEY)).toBe('firing');
  });

  it.each(['suppressed', 'unprocessed', 'active'] as const)('that is %s there still fires', async (state) => {
    const tocsin = aTocsin();
    await tocsin.hear(heard(STALE));
    alertmanager.state.held = [{ ...STALE, state }];
    for (let round = 0; round < 3; round++) await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('firing');
    expect(tocsin.counted).toEqual([]);
  });

  it('is not missed by an Alertmanager that has just started', async () => {
    const tocsin = aTocsin();
    await tocsin.hear(heard(STALE));
    alertmanager.state.upSince = Date.now() - 60_000;
    for (let round = 0; round < 3; round++) await tocsin.compare();
    expect(await tocsin.stateOf(KEY)).toBe('firing');

    tocsin.clock.pass(5 * MINUTE);
    await tocsin.compare(); // the first time that counts
    expect(await tocsin.stateOf(KEY)).toBe('firing');

    await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('recovered');
  });

  it.each([
    ['answers with an error', { status: 503, body: 'busy' }],
    ['is another server', { status: 404, body: 'nothing here' }],
    ['answers with something else', { status: 200, body: '{"status":"success"}' }],
    ['answers with no JSON', { status: 200, body: '<html>' }],
  ])('is not told by one that %s', async (_, broken) => {
    const tocsin = aTocsin();
    await tocsin.hear(heard(STALE));
    Object.assign(alertmanager.state, broken);
    for (let round = 0; round < 3; round++) await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('firing');
    expect(tocsin.reconcile.trouble()).toHaveLength(1);
    expect(tocsin.logged).toHaveLength(1);
  });

  it('is not told by one that cannot be reached', async () => {
    const tocsin = aTocsin('http://127.0.0.1:1/');
    await tocsin.hear(heard(STALE));
    for (let round = 0; round < 3; round++) await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('firing');
  });

  it('without an address to ask stays as it is', async () => {
    const tocsin = aTocsin(null);
    await tocsin.hear(heard(STALE));
    for (let round = 0; round < 3; round++) await tocsin.compare();

    expect(await tocsin.stateOf(KEY)).toBe('firing');
    expect(alertmanager.asked).toEqual([]);
  });
});

describe('an alert that Alertmanager has and nobody heard of', () => {
  it('is taken, once, as if it had come', async () => {
    const tocsin = aTocsin();
    alertmanager.state.held = [STALE];
    await tocsin.compare();
    await tocsin.compare();
    await tocsin.hear(heard(STALE));

    expect(tocsin.counted).toEqual(['alertmanager fired']);
    const all = await tocsin.all();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ service: 'potato', severity: 'P1', members: { firing: 1 } });
  });

  it.each([
    ['is silenced', { state: 'suppressed' }],
    ['is too young to be late', { startsAt: Date.now() - 30_000 }],
  ] as const)('is left alone while it %s', async (_, more) => {
    const tocsin = aTocsin();
    alertmanager.state.held = [{ ...STALE, ...more }];
    await tocsin.compare();

    expect(await tocsin.all()).toEqual([]);
  });

  it('is none of ours when no service but the fallback claims it', async () => {
    const tocsin = aTocsin();
    alertmanager.state.held = [STALE];
    const others = [
      service('rest', { fallback: true, rules: [rule('*')], environments: environment(alertmanager.url) }),
    ];
    const elsewhere = tocsinIn({ redis, blocking, services: () => others, endpoint: 'http://127.0.0.1:1' });
    await elsewhere.compare();

    expect(await tocsin.all()).toEqual([]);
    expect(alertmanager.asked).toContain('/am/api/v2/alerts');
  });
});
