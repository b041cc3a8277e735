import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPagerDuty, type PagerDuty } from '../../sandbox/pagerduty/pagerduty.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const PAYLOAD = { summary: 'Errors above 5 %', source: 'recommendation/prod', severity: 'critical' };

let pagerDuty: PagerDuty;
let app: ReturnType<typeof fastify>;
let url: string;
let now: number;
let fault: 'throttled' | 'down' | null;

beforeEach(async () => {
  [now, fault] = [1_000, null];
  pagerDuty = createPagerDuty({ now: () => now, fault: () => fault });
  app = fastify();
  await app.register(pagerDuty.routes, { prefix: '/pagerduty' });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/pagerduty/v2/enqueue`;
});

afterEach(() => app.close());

const send = async (body: object) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, said: answer.status === 503 ? null : await answer.json() };
};
const trigger = (more: object = {}) =>
  send({ routing_key: KEY, event_action: 'trigger', dedup_key: 'INC-7', payload: PAYLOAD, ...more });
const follow = (action: 'acknowledge' | 'resolve', key = 'INC-7') =>
  send({ routing_key: KEY, event_action: action, dedup_key: key });
const states = () => pagerDuty.list().map(({ dedupKey, state }) => `${dedupKey} ${state}`);

describe('an event for PagerDuty', () => {
  it('opens an incident, which is acknowledged and resolved under its key', async () => {
    const answer = await trigger();
    const seen = [states()];
    now = 2_000;
    await follow('acknowledge');
    seen.push(states());
    await follow('resolve');
    seen.push(states());

    expect(answer).toEqual({
      status: 202,
      said: { status: 'success', message: 'Event processed', dedup_key: 'INC-7' },
    });
    expect(seen).toEqual([['INC-7 triggered'], ['INC-7 acknowledged'], ['INC-7 resolved']]);
    expect(pagerDuty.list()).toMatchObject([{ openedAt: 1_000, changedAt: 2_000, keyEnd: 'cdef', events: 1 }]);
  });

  it('joins the incident that is open under its key', async () => {
    await trigger();
    await follow('acknowledge');
    await trigger({ payload: { ...PAYLOAD, summary: 'Errors above 10 %' } });

    expect(pagerDuty.list()).toMatchObject([{ state: 'acknowledged', events: 2, summary: 'Errors above 10 %' }]);
  });

  it('opens anew what was resolved', async () => {
    await trigger();
    await follow('resolve');
    await trigger();

    expect(states()).toEqual(['INC-7 triggered', 'INC-7 resolved']);
  });

  it('is taken and changes nothing when there is nothing to resolve', async () => {
    expect((await follow('resolve', 'INC-8')).status).toBe(202);
    expect(pagerDuty.list()).toEqual([]);
  });

  it('does not touch the incident of another integration', async () => {
    await trigger();
    await trigger({ routing_key: KEY.replace('0', 'f') });
    await follow('resolve');

    expect(states()).toEqual(['INC-7 triggered', 'INC-7 resolved']);
  });

  it('gets a key when it has none', async () => {
    const { said } = await trigger({ dedup_key: undefined });

    expect(said.dedup_key).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['no routing key', { routing_key: undefined }, 'routing_key'],
    ['a routing key that is too short', { routing_key: 'abc' }, 'routing_key'],
    ['an unknown action', { event_action: 'page' }, 'event_action'],
    ['an unknown severity', { payload: { ...PAYLOAD, severity: 'P1' } }, 'payload.severity'],
    ['a summary that is too long', { payload: { ...PAYLOAD, summary: 'x'.repeat(1025) } }, 'payload.summary'],
    ['no source', { payload: { ...PAYLOAD, source: '' } }, 'payload.source'],
    ['no payload', { payload: undefined }, 'payload'],
    ['a key that is too long', { dedup_key: 'x'.repeat(256) }, 'dedup_key'],
  ])('is refused with %s', async (_case, more, field) => {
    const { status, said } = await trigger(more);

    expect(status).toBe(400);
    expect(said).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
    expect(said.errors).toEqual([expect.stringContaining(`'${field}'`)]);
    expect(pagerDuty.list()).toEqual([]);
  });

  it('is refused while PagerDuty is throttled or down', async () => {
    fault = 'throttled';
    const throttled = await trigger();
    fault = 'down';
    const down = await trigger();

    expect(throttled).toMatchObject({ status: 429, said: { status: 'throttle exceeded' } });
    expect(down.status).toBe(503);
    expect(pagerDuty.list()).toEqual([]);
  });
});
