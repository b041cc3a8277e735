import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPagerDuty, type PagerDuty } from '../../../sandbox/pagerduty/pagerduty.ts';
import type { LeftBehind, Notice } from '../../../src/app/page-way.ts';
import { createPagerDutyWay, type LeftWithPagerDuty } from '../../../src/paging/ways/pagerduty.ts';
import { dedupKeyOf, triggerOf } from '../../../src/paging/ways/pagerduty-event.ts';
import { createGuardedFetch } from '../../../src/probes/guarded-fetch.ts';
import { AT, CARD, createLines, notice, permalink, to } from './given.ts';
import { useReceiver } from './receiver.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const WAY = { kind: 'pagerduty', to: '${PD_KEY}' } as const;
const log = createLines();

function way(url: string, variables: Readonly<Record<string, string>> = { PD_KEY: KEY }) {
  return createPagerDutyWay({ fetch: createGuardedFetch(), url, variables, permalink, log });
}

describe('PagerDuty', () => {
  let app: FastifyInstance;
  let pagerDuty: PagerDuty;
  let url: string;
  let fault: 'throttled' | 'down' | null;
  const send = (...[first = notice(), ...others]: Notice[]) => way(url).send(WAY, [first, ...others], to('U0ANA'));

  beforeEach(async () => {
    fault = null;
    app = fastify({ forceCloseConnections: true });
    pagerDuty = createPagerDuty({ now: () => AT, fault: () => fault });
    await app.register(pagerDuty.routes);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo; // a listening TCP server has one
    url = `http://127.0.0.1:${port}/v2/enqueue`;
  });
  afterEach(() => app.close());

  it('opens an alert, under the id of the notice', async () => {
    const sent = await send();

    const dedupKey = 'INC-7/1/page/L2.1/0 role:senior';
    expect(sent).toEqual({ ok: true, left: [{ kind: 'pagerduty', to: '${PD_KEY}', dedupKey }] });
    expect(pagerDuty.list()).toMatchObject([
      {
        ...{ dedupKey, state: 'triggered', severity: 'critical', source: 'bikeshare/prod' },
        summary: 'P1 Bikeshare (prod) INC-7: p95 latency is high',
      },
    ]);
  });

  it('opens none twice, however often it is told', async () => {
    await send();
    await send();

    expect(pagerDuty.list()).toHaveLength(1);
  });

  it('opens one for each of several incidents', async () => {
    const sent = await send(notice({ id: 'INC-1' }), notice({ id: 'INC-2' }));

    expect(sent).toMatchObject({ ok: true, left: [{ kind: 'pagerduty' }, { kind: 'pagerduty' }] });
    expect(pagerDuty.list()).toHaveLength(2);
  });

  it('stops waking people when somebody has acknowledged, and ends when it is over', async () => {
    const left = leftBy(await send());

    expect(await way(url).tellPagerDuty(left, 'acknowledge')).toEqual({ ok: true, left: [] });
    expect(pagerDuty.list()).toMatchObject([{ state: 'acknowledged' }]);
    await way(url).tellPagerDuty(left, 'resolve');
    expect(pagerDuty.list()).toMatchObject([{ state: 'resolved' }]);
    expect(await way(url).tellPagerDuty(left, 'resolve')).toMatchObject({ ok: true });
  });

  it.each([
    ['throttled', 'PagerDuty takes no more events for now (429)'],
    ['down', 'PagerDuty does not answer as it should (503)'],
  ] as const)('may take it another time while it is %s', async (how, why) => {
    fault = how;

    expect(await send()).toEqual({ ok: false, why, isUsable: true });
  });

  it('needs a person when it refuses the key, in its own words', async () => {
    const sent = await way(url, { PD_KEY: 'too-short' }).send(WAY, [notice()], to());

    expect(sent).toEqual({
      ok: false,
      why: "PagerDuty refuses the event (400): Event object is invalid: 'routing_key' is missing or the wrong length (should be 32 characters)",
      isUsable: false,
    });
  });

  it('is named by the variable when there is no key', async () => {
    expect(await way(url, {}).send(WAY, [notice()], to())).toEqual({
      ok: false,
      why: 'PD_KEY is not set',
      isUsable: false,
    });
  });

  it('may take it another time when it is not there', async () => {
    await app.close();

    expect(await send()).toMatchObject({ ok: false, isUsable: true });
  });
});

describe('an event of PagerDuty', () => {
  const receiver = useReceiver();

  it('is what its documentation asks for', async () => {
    receiver.answer = { status: 202, body: '{"status":"success"}' };
    await way(receiver.url).send(WAY, [notice({ drill: true, severity: 'P2', summary: 'Riders wait' })], to('U0ANA'));

    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: 'INC-7/1/page/L2.1/0 role:senior',
      client: 'Tocsin',
      client_url: CARD,
      links: [{ href: CARD, text: 'INC-7 in Slack' }],
      payload: {
        summary: 'DRILL: P2 Bikeshare (prod) INC-7: p95 latency is high',
        source: 'bikeshare/prod',
        severity: 'error',
        timestamp: '2026-11-22T03:00:00.000Z',
        component: 'bikeshare',
        class: 'system',
        custom_details: {
          ...{ incident: 'INC-7', severity: 'P2', status: 'triggered', level: 'L2', 'paged as': 'Senior engineer' },
          ...{ team: 'ML platform', 'alarms firing': 1, summary: 'Riders wait', drill: true },
        },
      },
    });
  });

  it('stays within what PagerDuty takes', () => {
    const long = { ...notice({ title: 'x'.repeat(3_000) }), id: `INC-7/1/page/L2.1/0 group:!${'o'.repeat(300)}` };

    expect(triggerOf(long, null)).toMatchObject({ payload: { summary: expect.stringMatching(/^.{1024}$/u) } });
    expect(dedupKeyOf(long).length).toBeLessThanOrEqual(255);
    expect(dedupKeyOf(long)).not.toBe(dedupKeyOf({ id: `${long.id}o` }));
  });

  it('never leads its key into words, even when the answer repeats it', async () => {
    receiver.answer = { status: 400, body: JSON.stringify({ message: `bad key ${KEY}`, errors: [KEY] }) };

    const sent = await way(receiver.url).send(WAY, [notice()], to());

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('bad key the key'), isUsable: false });
    expect(JSON.stringify(sent) + log.text()).not.toContain(KEY);
  });
});

function leftBy(sent: { readonly ok: boolean; readonly left?: readonly LeftBehind[] }): LeftWithPagerDuty {
  const left = sent.left?.find((one) => one.kind === 'pagerduty');
  if (left === undefined) throw new Error('nothing was left with PagerDuty');
  return left;
}
