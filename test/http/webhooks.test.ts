import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Env } from '../../src/config/env.ts';
import { basic, bearer, hmac, NOW, prometheusAlert, TOKEN, webhookWorld } from './webhook-world.ts';

const EVENT = { kind: 'alert', name: 'job-failed' };
const message = (more: object = {}) => ({ version: '4', truncatedAlerts: 0, alerts: [prometheusAlert()], ...more });
const signedByGrafana = (body: string) => ({ 'x-grafana-alerting-signature': hmac(body) });

/** How each of them proves itself, and a body that it takes. */
const SENDERS = [
  ['alertmanager', message(), () => bearer()],
  ['grafana', message({ version: '1', orgId: 1 }), signedByGrafana],
  ['events', EVENT, () => bearer()],
] as const;

describe.each(SENDERS)('/webhooks/%s', (path, body, proof) => {
  const text = JSON.stringify(body);

  it('does not exist without its secret', async () => {
    const { post, counted } = webhookWorld({ env: {} as Env });

    expect((await post(path, text, proof(text))).statusCode).toBe(404);
    expect(counted).toEqual([]);
  });

  it('answers 200 when all is stored, and again when it is known', async () => {
    const { post, alerts, counted } = webhookWorld();

    const answers = [await post(path, text, proof(text)), await post(path, text, proof(text))];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(counted).toEqual([`${path} stored`, `${path} known`]);
    expect(alerts()).toMatchObject([{ state: 'firing', receivedAt: NOW }]);
  });

  it.each(['text/plain', 'nonsense', ''])('reads the body whatever type it is said to have: %j', async (type) => {
    const { post } = webhookWorld();

    expect((await post(path, text, { ...proof(text), 'content-type': type })).statusCode).toBe(200);
  });

  it.each([
    ['nothing', {}],
    ['another token', bearer('another-token-of-length')],
    ['a token that begins alike', bearer(TOKEN.slice(0, -1))],
    ['a token and more', bearer(`${TOKEN}x`)],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Token ${TOKEN}` }],
    ['another password', basic('another-password')],
    ['a signature of another body', { ...signedByGrafana('{}'), 'x-tocsin-signature': `sha256=${hmac('1.{}')}` }],
    ['a signature that is none', { 'x-grafana-alerting-signature': 'x', 'x-tocsin-signature': 'x' }],
  ])('answers 401 to %s, says how to prove oneself, and stores nothing', async (_what, headers) => {
    const { post, alerts, counted } = webhookWorld();

    const answer = await post(path, text, headers);

    expect([answer.statusCode, answer.json().outcome]).toEqual([401, 'unauthorized']);
    expect(answer.headers['www-authenticate']).toContain('realm="tocsin"');
    expect(answer.json().error).toMatch(/TOKEN|SECRET|signature/);
    expect(answer.body).not.toContain(TOKEN);
    expect([alerts(), counted]).toEqual([[], [`${path} unauthorized`]]);
  });

  it.each([
    '',
    'x',
    '[]x',
    '{"alerts":7}',
    '{"kind":"party"}',
    '7',
    'null',
  ])('answers 400 to %j with words, and tells the operators what was lost', async (odd) => {
    const { post, alerts, told } = webhookWorld();

    const answer = await post(path, odd, proof(odd));

    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(/[a-z]{3}/);
    expect(told).toEqual([expect.stringContaining(answer.json().error)]);
    expect(alerts()).toEqual([]);
  });

  it.each([
    ['may pass', new TransientError('Redis is away', { cause: null })],
    ['a person has to mend', new SetupError('Redis has no room')],
    ['is a bug', new TypeError('x is undefined')],
  ])('answers 503 to what %s, so that it is sent again', async (_what, error) => {
    const { post, counted } = webhookWorld({ accept: () => Promise.reject(error) });

    expect((await post(path, text, proof(text))).statusCode).toBe(503);
    expect(counted).toEqual([`${path} unavailable`]);
  });

  it('answers 413 to more than it can be', async () => {
    const { post } = webhookWorld();
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, ' ').toString();

    expect((await post(path, large, proof('x'))).statusCode).toBe(413);
  });

  it('answers a stranger before the body has come', async () => {
    const { app, counted } = webhookWorld();
    const { port, hostname } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), hostname);
    socket.write(`POST /webhooks/${path} HTTP/1.1\r\nHost: tocsin\r\nContent-Length: 1000000\r\n\r\n{`);

    const [answer] = await once(socket, 'data');
    socket.destroy();
    await app.close();

    expect(String(answer)).toContain('401 Unauthorized');
    expect(counted).toEqual([`${path} unauthorized`]);
  });

  it('answers 400 to what is nested without end: sent again it would be no better', async () => {
    const { post, told } = webhookWorld();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const odd = `{"kind":"alert","name":"x","extra":${deep},"alerts":[{"labels":{"alertname":"x","extra":${deep}}}]}`;

    expect((await post(path, odd, proof(odd))).statusCode).toBe(400);
    expect(told).toHaveLength(1);
  });

  it('gives every body one of its answers', async () => {
    const { post } = webhookWorld();
    const mutated = fc
      .tuple(fc.nat(text.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
    const odd = fc.oneof(mutated, fc.json(), fc.string({ unit: 'binary' }));

    await fc.assert(
      fc.asyncProperty(odd, async (sent) => {
        const bytes = Buffer.from(sent).toString();
        expect([200, 400]).toContain((await post(path, bytes, proof(bytes))).statusCode);
      }),
      { numRuns: 200 },
    );
  });

  it('has no secret in its log', async () => {
    const { post, logged } = webhookWorld({ accept: () => Promise.reject(new Error('away')) });

    await post(path, text, proof(text));
    await post(path, 'x', proof('x'));

    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toContain(TOKEN);
  });
});

describe('Alertmanager', () => {
  it('may present its token as a password, whoever it says it is', async () => {
    const { post } = webhookWorld();

    const statuses = [basic(), basic(TOKEN, ''), basic(TOKEN, 'any:one')].map(
      async (headers) => (await post('alertmanager', message(), headers)).statusCode,
    );

    expect(await Promise.all(statuses)).toEqual([200, 200, 401]); // a name has no colon: the password is all behind the first
  });

  it('may have a token with spaces in it', async () => {
    const token = 'a token of some length';
    const { post } = webhookWorld({ env: { ALERTMANAGER_TOKEN: token } as Env });

    expect((await post('alertmanager', message(), bearer(token))).statusCode).toBe(200);
    expect((await post('alertmanager', message(), bearer('a token'))).statusCode).toBe(401);
  });

  it('has each alert of a group stored by itself', async () => {
    const { post, accepted } = webhookWorld();
    const alerts = [prometheusAlert(), prometheusAlert({ fingerprint: 'b', status: 'resolved' })];

    await post('alertmanager', message({ alerts }), bearer());

    expect([...accepted.values()].map(([alert]) => [alert?.key, alert?.state])).toEqual([
      ['am:1:2d3f6a0b1c4e5f60', 'firing'],
      ['am:1:b', 'recovered'],
    ]);
  });

  it('of a pair says the same as the other one', async () => {
    const { post, counted } = webhookWorld();

    await post('alertmanager', message({ externalURL: 'http://one:9093' }), bearer());
    await post('alertmanager', message({ externalURL: 'http://two:9093' }), bearer());

    expect(counted).toEqual(['alertmanager stored', 'alertmanager known']);
  });

  it('that left alerts out is told to the operators with the mend, and what came is stored', async () => {
    const { post, told, alerts } = webhookWorld();

    expect((await post('alertmanager', message({ truncatedAlerts: 12 }), bearer())).statusCode).toBe(200);

    expect(told).toEqual([expect.stringMatching(/^truncated: Alertmanager: .* 12 alerts .*max_alerts/)]);
    expect(alerts()).toHaveLength(1);
  });

  it('whose loss cannot be told is asked to come again', async () => {
    const { post } = webhookWorld({ notifyOperators: () => Promise.reject(new Error('away')) });

    expect((await post('alertmanager', message({ truncatedAlerts: 1 }), bearer())).statusCode).toBe(503);
  });

  it('with nothing to say is heard', async () => {
    const { post } = webhookWorld();

    expect((await post('alertmanager', message({ alerts: [] }), bearer())).statusCode).toBe(200);
  });
});

describe('Grafana', () => {
  const body = JSON.stringify(message({ version: '1', orgId: 3 }));
  const seconds = (ms: number) => String(Math.floor(ms / 1_000));
  const timed = (at: string) => ({
    'x-grafana-alerting-timestamp': at,
    'x-grafana-alerting-signature': hmac(`${at}:${body}`),
  });

  it('may PUT', async () => {
    const { post, alerts } = webhookWorld();

    expect((await post('grafana', body, signedByGrafana(body), 'PUT')).statusCode).toBe(200);
    expect(alerts()).toMatchObject([{ key: 'gf:1:3/2d3f6a0b1c4e5f60' }]);
  });

  it.each([
    ['now', NOW, 200],
    ['5 minutes ago', NOW - 300_000, 200],
    ['5 minutes ahead', NOW + 300_000, 200],
    ['longer ago', NOW - 301_000, 401],
    ['further ahead', NOW + 301_000, 401],
  ])('that signs the time is believed when it is %s', async (_when, at, status) => {
    const { post } = webhookWorld();

    expect((await post('grafana', body, timed(seconds(at)))).statusCode).toBe(status);
  });

  it('is not believed when the signed time was taken away, or is none', async () => {
    const { post } = webhookWorld();
    const { 'x-grafana-alerting-timestamp': _, ...without } = timed(seconds(NOW));

    expect((await post('grafana', body, without)).statusCode).toBe(401);
    expect((await post('grafana', body, timed('soon'))).statusCode).toBe(401);
  });

  it('does not prove itself with the secret', async () => {
    const { post } = webhookWorld();

    expect((await post('grafana', body, bearer())).statusCode).toBe(401);
  });
});

describe('a sender of events', () => {
  const body = JSON.stringify(EVENT);
  const signed = (at: number, text = body) => {
    const timestamp = String(Math.floor(at / 1_000));
    return { 'x-tocsin-timestamp': timestamp, 'x-tocsin-signature': `sha256=${hmac(`${timestamp}.${text}`)}` };
  };

  it('may sign the time and the body', async () => {
    const { post } = webhookWorld();

    expect((await post('events', body, signed(NOW))).statusCode).toBe(200);
  });

  it.each([
    ['an old one', signed(NOW - 301_000)],
    ['one of the future', signed(NOW + 301_000)],
    ['one of another body', signed(NOW, `${body} `)],
    ['one without a time', { 'x-tocsin-signature': signed(NOW)['x-tocsin-signature'] }],
  ])('is not believed for a signature that is %s', async (_what, headers) => {
    const { post } = webhookWorld();

    expect((await post('events', body, headers)).statusCode).toBe(401);
  });

  it('has changes recorded and signals heard before the answer', async () => {
    const { post, recorded, heard, alerts } = webhookWorld();
    const events = [
      { kind: 'change', name: 'api', change: 'deployment', summary: 'v2' },
      { kind: 'signal', name: 'heartbeat', environment: 'prod' },
      { kind: 'report', name: 'drift-report', value: 0.4 },
    ];

    expect((await post('events', events, bearer())).statusCode).toBe(200);

    expect(recorded).toMatchObject([{ subject: 'api', text: 'v2' }]);
    expect(heard).toEqual([{ name: 'heartbeat', environment: 'prod', at: NOW }]);
    expect(alerts()).toMatchObject([{ name: 'drift-report', isReport: true }]);
  });

  it.each([
    ['record', { record: () => Promise.reject(new Error('away')) }],
    ['hear', { heard: () => Promise.reject(new Error('away')) }],
  ])('is asked to come again when nobody can %s it', async (_what, changes) => {
    const { post } = webhookWorld(changes);
    const events = [
      { kind: 'change', name: 'api', summary: 'v2' },
      { kind: 'signal', name: 'heartbeat' },
    ];

    expect((await post('events', events, bearer())).statusCode).toBe(503);
  });

  it('has nothing of a list stored when one event is wrong, and reads which', async () => {
    const { post, alerts } = webhookWorld();

    const answer = await post('events', [EVENT, { kind: 'alert' }], bearer());

    expect([answer.statusCode, answer.json().error]).toEqual([400, '[1].name is missing: a text.']);
    expect(alerts()).toEqual([]);
  });
});
