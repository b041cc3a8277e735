import { connect } from 'node:net';
import fc from 'fast-check';
import fastify from 'fastify';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Change } from '../../src/domain/change.ts';
import { type SnsWebhookDeps, snsWebhook } from '../../src/http/sns-webhook.ts';
import { createCertificateSource } from '../../src/sources/sns-certificate.ts';
import { createSnsVerifier } from '../../src/sources/sns-verifier.ts';
import { eventually } from '../support/eventually.ts';
import { createSnsSigner, type Posted, type SnsSigner } from '../support/sns.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR = 3_600_000;
const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:alarms';
const TOKEN = 'fedcba9876543210';
const ALARM = JSON.stringify({ AlarmName: 'latency', NewStateValue: 'ALARM' });

let sns: SnsSigner;

beforeAll(async () => {
  sns = await createSnsSigner({ topicArn: TOPIC, now: () => NOW });
});

/** A server with the webhook whose other side is written down. */
function setup(changes: Partial<SnsWebhookDeps> & { fetch?: typeof fetch } = {}) {
  const accepted = new Map<string, readonly Alert[]>();
  const recorded: Change[] = [];
  const confirmed: string[] = [];
  const told: string[] = [];
  const counted: string[] = [];
  const logged: string[] = [];
  const now = changes.now ?? (() => NOW);
  const fetchPem = changes.fetch ?? (async () => new Response(sns.certificatePem));
  const deps: SnsWebhookDeps = {
    verifier: createSnsVerifier({
      topics: new Set([TOPIC]),
      certificates: createCertificateSource({ now, fetch: fetchPem }),
      now,
    }),
    accept: async (messageId, alerts) => {
      if (accepted.has(messageId)) return 'known';
      accepted.set(messageId, alerts);
      return 'stored';
    },
    record: async (changes) => void recorded.push(...changes),
    confirm: async ({ token }) => void confirmed.push(token),
    notifyOperators: async (text) => void told.push(text),
    now,
    log: pino({ level: 'trace' }, { write: (line) => void logged.push(line) }),
    count: (outcome) => void counted.push(outcome),
    ...changes,
  };
  const app = fastify();
  app.register(snsWebhook(deps));
  const post = async ({ body, headers }: { body: string | Buffer; headers?: Record<string, string> }) => {
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/webhooks/sns',
      payload: body,
      headers: headers ?? {},
    });
    return statusCode;
  };
  return { post, app, accepted, recorded, confirmed, told, counted, logged };
}

describe('a notification', () => {
  it('is stored as alerts before it is answered', async () => {
    const { post, accepted, counted } = setup();
    const notification = sns.notification({ message: ALARM, messageId: '11111111-2222-3333-4444-555555555555' });

    expect(await post(notification)).toBe(200);

    expect([...accepted]).toMatchObject([
      ['11111111-2222-3333-4444-555555555555', [{ name: 'latency', state: 'firing', receivedAt: NOW }]],
    ]);
    expect(counted).toEqual(['stored']);
  });

  it('that was stored before is answered alike', async () => {
    const { post, counted } = setup();
    const notification = sns.notification({ message: ALARM });

    expect([await post(notification), await post(notification)]).toEqual([200, 200]);
    expect(counted).toEqual(['stored', 'known']);
  });

  it.each([
    'text/plain; charset=UTF-8',
    'application/json',
    'application/x-www-form-urlencoded',
    'nonsense',
    '',
    'a/b; ;;',
  ])('is read whatever content type it is said to have: %j', async (type) => {
    const { post } = setup();
    const { body, headers } = sns.notification({ message: ALARM });

    expect(await post({ body, headers: { ...headers, 'content-type': type } })).toBe(200);
  });

  it.each([
    ['that may pass', new TransientError('Redis is away', { cause: null })],
    ['that only a person can mend', new SetupError('Redis has no room')],
    ['of our own making', new TypeError('x is undefined')],
  ])('that meets a failure %s is sent again', async (_which, error) => {
    const { post, counted } = setup({ accept: () => Promise.reject(error) });

    expect(await post(sns.notification({ message: ALARM }))).toBe(503);
    expect(counted).toEqual(['unavailable']);
  });

  it('whose certificate cannot be had now is sent again, and then taken', async () => {
    const answers = [new Response('Service Unavailable', { status: 503 }), new Response(sns.certificatePem)];
    const { post } = setup({ fetch: async () => answers.shift() ?? new Response(null, { status: 500 }) });
    const notification = sns.notification({ message: ALARM });

    expect([await post(notification), await post(notification)]).toEqual([503, 200]);
  });

  it('that is too old is refused, and the operators hear of it once an hour', async () => {
    let now = NOW + 3 * HOUR;
    const { post, told, accepted } = setup({ now: () => now });

    const statuses = [];
    for (const later of [0, 1, HOUR]) {
      now = NOW + 3 * HOUR + later;
      statuses.push(await post(sns.notification({ message: ALARM })));
    }

    expect(statuses).toEqual([403, 403, 403]);
    expect(told).toEqual([expect.stringContaining('older'), expect.stringContaining('older')]);
    expect(accepted.size).toBe(0);
  });

  it('that is ahead of a slow clock here is sent again', async () => {
    const { post, told } = setup({ now: () => NOW - HOUR });

    expect(await post(sns.notification({ message: ALARM }))).toBe(503);
    expect(told).toEqual([expect.stringContaining('clock')]);
  });
});

describe('a notification of EventBridge', () => {
  const deploying = JSON.stringify({
    'detail-type': 'SageMaker Endpoint State Change',
    source: 'aws.sagemaker',
    detail: { EndpointName: 'shop', EndpointStatus: 'UPDATING' },
  });

  it('about a change is recorded before it is answered, and nothing else', async () => {
    const { post, recorded, accepted, counted } = setup();

    expect(await post(sns.notification({ message: deploying }))).toBe(200);

    expect(recorded).toMatchObject([{ kind: 'endpoint', subject: 'shop', text: 'Endpoint shop is being updated' }]);
    expect([accepted.size, counted]).toEqual([0, ['stored']]);
  });

  it('whose change cannot be recorded now is sent again, and then taken as a whole', async () => {
    let isAway = true;
    const { post, accepted } = setup({
      record: async () => {
        if (isAway) throw new TransientError('Redis is away', { cause: null });
      },
    });
    const recovered = sns.notification({ message: deploying.replace('UPDATING', 'IN_SERVICE') });

    expect([await post(recovered), accepted.size]).toEqual([503, 0]);
    isAway = false;
    expect([await post(recovered), accepted.size]).toEqual([200, 1]);
  });
});

describe('a forgery', () => {
  it.each<[string, number, (post: Posted) => { body: string; headers?: Record<string, string> }]>([
    ['with another message', 403, ({ body }) => ({ body: body.replace('latency', 'nothing') })],
    ['from another topic', 403, ({ body }) => ({ body: body.replace(TOPIC, `${TOPIC}2`) })],
    ['delivered raw', 403, () => ({ body: ALARM, headers: { 'x-amz-sns-rawdelivery': 'true' } })],
    ['with the bare alarm', 400, () => ({ body: ALARM })],
    ['of no JSON', 400, () => ({ body: '<xml/>' })],
    ['of nothing', 400, () => ({ body: '' })],
    ['of too much', 413, () => ({ body: 'x'.repeat(300 * 1024 + 1) })],
  ])('%s is answered %i, and nothing is stored', async (_which, status, forge) => {
    const { post, accepted, told } = setup();

    expect(await post(forge(sns.notification({ message: ALARM })))).toBe(status);

    expect([accepted.size, told]).toEqual([0, []]);
  });

  it('is logged with a reason and without any of its text', async () => {
    const { post, logged } = setup();

    await post({ body: sns.notification({ message: ALARM }).body.replace('latency', 'secret') });

    expect(logged.join()).toContain('the signature does not match');
    expect(logged.join()).not.toMatch(/secret|https:/);
  });
});

describe('a request to confirm a subscription', () => {
  it('is confirmed', async () => {
    const { post, confirmed, counted } = setup();

    expect(await post(sns.confirmation(TOKEN))).toBe(200);
    expect([confirmed, counted]).toEqual([[TOKEN], ['confirmed']]);
  });

  it('is sent again when SNS has no time for it', async () => {
    const { post, told } = setup({ confirm: () => Promise.reject(new TransientError('busy', { cause: null })) });

    expect(await post(sns.confirmation(TOKEN))).toBe(503);
    expect(told).toEqual([]);
  });

  it('that only a person can mend is told to the operators and done with', async () => {
    const { post, told, counted } = setup({ confirm: () => Promise.reject(new SetupError('no AWS credentials')) });

    expect(await post(sns.confirmation(TOKEN))).toBe(200);
    expect([told, counted]).toEqual([['no AWS credentials'], ['not_confirmed']]);
  });

  it('that cannot even be told is sent again', async () => {
    const { post } = setup({
      confirm: () => Promise.reject(new SetupError('no AWS credentials')),
      notifyOperators: () => Promise.reject(new TransientError('Redis is away', { cause: null })),
    });

    expect(await post(sns.confirmation(TOKEN))).toBe(503);
  });

  it('for a topic that is not listed is refused', async () => {
    const { post, confirmed } = setup();

    expect(await post({ body: sns.confirmation(TOKEN).body.replaceAll(TOPIC, `${TOPIC}2`) })).toBe(403);
    expect(confirmed).toEqual([]);
  });

  it('leaves neither token nor address in the log', async () => {
    const { post, logged } = setup();
    const failing = setup({ confirm: () => Promise.reject(new SetupError('no AWS credentials')) });

    await post(sns.confirmation(TOKEN));
    await failing.post(sns.confirmation(TOKEN));

    expect([...logged, ...failing.logged].join()).not.toMatch(new RegExp(`${TOKEN}|https:`));
  });
});

describe('the notice that a subscription was removed', () => {
  it('is told to the operators with the way back, and nothing is undone', async () => {
    const { post, told, confirmed } = setup();

    expect(await post(sns.unsubscription(TOKEN))).toBe(200);

    expect(told).toEqual([expect.stringContaining(`aws sns subscribe --region eu-west-1 --topic-arn ${TOPIC}`)]);
    expect(told.join()).not.toMatch(new RegExp(`${TOKEN}|https:`));
    expect(confirmed).toEqual([]);
  });

  it('is sent again while nobody can be told', async () => {
    const { post } = setup({ notifyOperators: () => Promise.reject(new Error('away')) });

    expect(await post(sns.unsubscription(TOKEN))).toBe(503);
  });
});

describe('the route', () => {
  it('stops reading a body that is too large', async () => {
    const { post, counted } = setup({ verifier: { verify: () => Promise.reject(new Error('it was read')) } });

    expect(await post({ body: 'x'.repeat(300 * 1024 + 1) })).toBe(413);
    expect(counted).toEqual(['too_large']);
  });

  it('ends the connection of a sender whose body is too large, and forgets one that goes away', async () => {
    const { app, counted } = setup();
    const { port, hostname } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const say = async (head: string, body: string, leaves: boolean) => {
      const socket = connect(Number(port), hostname);
      socket.write(`POST /webhooks/sns HTTP/1.1\r\nHost: tocsin\r\n${head}\r\n\r\n${body}`);
      if (leaves) setTimeout(() => socket.destroy(), 50);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return answer.split('\r\n')[0];
    };

    const answers = [
      await say('Content-Length: 400000', 'x'.repeat(1_000), false),
      await say('Transfer-Encoding: chunked', `64000\r\n${'x'.repeat(0x64000)}`, false),
      await say('Content-Length: 1000', 'x', true).catch(() => undefined),
    ];
    await eventually('what became of the third', () => counted.length >= 3);
    await app.close();

    expect(answers.slice(0, 2)).toEqual(['HTTP/1.1 413 Payload Too Large', 'HTTP/1.1 413 Payload Too Large']);
    expect(counted).toEqual(['too_large', 'too_large', 'not_json']);
  });

  it('reads the bytes itself, whatever parsers the server has', async () => {
    const { app, post } = setup();
    app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(new Error('not for SNS')));

    expect(await post(sns.notification({ message: ALARM }))).toBe(200);
  });

  it('leaves the content types of its neighbours alone', async () => {
    const { app } = setup();
    app.post('/neighbour', async (request) => request.body);

    const answer = await app.inject({ method: 'POST', url: '/neighbour', payload: { a: 1 } });

    expect(answer.json()).toEqual({ a: 1 });
  });

  it('gives every body one of its answers', async () => {
    const { post } = setup();
    const valid = sns.notification({ message: ALARM, subject: 'x' }).body;
    const mutated = fc
      .tuple(fc.nat(valid.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, cut, put]) => valid.slice(0, at) + put + valid.slice(at + cut));
    const body = fc.oneof(
      mutated.map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    );

    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        expect([200, 400, 401, 403, 413, 503]).toContain(await post({ body: bytes }));
      }),
      { numRuns: 300 },
    );
  });
});
