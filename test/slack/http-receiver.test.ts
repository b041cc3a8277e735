import { createHmac } from 'node:crypto';
import { App } from '@slack/bolt';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpReceiver } from '../../src/slack/http-receiver.ts';
import { slackLogger } from '../../src/slack/logger.ts';
import { quiet } from './given.ts';

const SECRET = 'a signing secret';
const NOW = Date.UTC(2026, 10, 22, 3, 0);
const SECONDS = NOW / 1_000;
let server: FastifyInstance;
let app: App;
beforeEach(() => {
  const { receiver, plugin } = createHttpReceiver(SECRET, () => NOW);
  app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-1', botUserId: 'U0', botId: 'B0' }),
    logger: slackLogger(quiet),
    convoStore: false,
  });
  server = fastify();
  server.register(plugin);
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

const COMMAND = new URLSearchParams({
  ...{ command: '/incident', text: 'help', user_id: 'U1', team_id: 'T1', channel_id: 'C1', trigger_id: 't' },
  response_url: 'https://slack.test/r',
}).toString();
const sign = (body: string, at: number | string, secret = SECRET) =>
  `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;

interface Sent {
  readonly body?: string;
  readonly at?: number | string;
  readonly signature?: string | null;
  readonly type?: string;
}

function send({ body = COMMAND, at = SECONDS, signature = sign(body, at), type = FORM }: Sent = {}) {
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': String(at),
    ...(signature !== null && { 'x-slack-signature': signature }),
  };
  return server.inject({ method: 'POST', url: '/slack/events', headers, payload: body });
}
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json; charset=utf-8';
const sendJson = (body: unknown) => send({ body: JSON.stringify(body), type: JSON_TYPE });

describe('a request', () => {
  it('with a genuine signature reaches its handler, whose answer goes back', async () => {
    app.command('/incident', async ({ ack, command }) => ack(`you said ${command.text}`));

    const answer = await send();

    expect([answer.statusCode, answer.body]).toEqual([200, 'you said help']);
  });

  it('of an interaction is read from its payload, and an answer with fields goes back as JSON', async () => {
    app.view('modal.note', async ({ ack }) => ack({ response_action: 'errors', errors: { note: 'Write something' } }));
    const payload = {
      type: 'view_submission',
      user: { id: 'U1' },
      team: { id: 'T1' },
      view: { callback_id: 'modal.note' },
    };

    const answer = await send({ body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() });

    expect(answer.json()).toEqual({ response_action: 'errors', errors: { note: 'Write something' } });
  });

  it.each<[string, Sent]>([
    ['no signature', { signature: null }],
    ['an empty signature', { signature: '' }],
    ['a signature without a version', { signature: 'deadbeef' }],
    ['a signature by another secret', { signature: sign(COMMAND, SECONDS, 'another') }],
    ['the signature of another body', { signature: sign(`${COMMAND}&x=1`, SECONDS) }],
    ['the signature of another time', { signature: sign(COMMAND, SECONDS - 1) }],
    ['a time that is no number', { at: 'now' }],
    ['an empty time', { at: '' }],
    ['a time too long ago', { at: SECONDS - 301 }],
    ['a time too far ahead', { at: SECONDS + 301 }],
  ])('with %s is refused', async (_, sent) => {
    const heard = vi.fn(async ({ ack }: { ack: () => Promise<void> }) => ack());
    app.command('/incident', heard);

    const answer = await send(sent);

    expect(answer.statusCode).toBe(401);
    expect(heard).not.toHaveBeenCalled();
  });

  it.each([SECONDS - 300, SECONDS + 300])('is believed at most five minutes from now: %i', async (at) => {
    app.command('/incident', async ({ ack }) => ack());

    expect((await send({ at })).statusCode).toBe(200);
  });

  it.each<[string, string, string]>([
    ['broken JSON', '{"type":', JSON_TYPE],
    ['JSON that is nothing', 'null', JSON_TYPE],
    ['a payload that is no JSON', 'payload=%7Bx', FORM],
  ])('that is %s is refused', async (_, body, type) => {
    expect((await send({ body, type })).statusCode).toBe(400);
  });

  it('to verify the address is answered with its challenge', async () => {
    const answer = await sendJson({ type: 'url_verification', challenge: 'c1' });

    expect([answer.statusCode, answer.json()]).toEqual([200, { challenge: 'c1' }]);
  });

  it('that says that our events are limited is heard, though Bolt knows no such thing', async () => {
    expect((await sendJson({ type: 'app_rate_limited', team_id: 'T1' })).statusCode).toBe(200);
  });

  it('that nobody wants is answered at once', async () => {
    const interaction = { type: 'view_submission', user: { id: 'U1' }, team: { id: 'T1' }, view: { callback_id: 'x' } };

    const answer = await send({ body: new URLSearchParams({ payload: JSON.stringify(interaction) }).toString() });

    expect(answer.statusCode).toBe(404);
  });

  it('whose handler fails before it answers is answered as failed, and the process lives on', async () => {
    app.command('/incident', async () => {
      throw new TypeError('x is not a function');
    });

    expect((await send()).statusCode).toBe(500);
  });

  it('whose handler fails after it has answered is answered once', async () => {
    app.command('/incident', async ({ ack }) => {
      await ack('done');
      throw new TypeError('x is not a function');
    });

    expect((await send()).body).toBe('done');
  });

  it('that is answered too late gets no answer of ours, and the late one does no harm', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    app.command('/incident', async ({ ack }) => {
      begin();
      await promise;
      await ack('too late');
    });

    const answering = send();
    await begun;
    await vi.advanceTimersByTimeAsync(3_000);
    const answer = await answering;
    release();

    expect(answer.statusCode).toBe(503);
  });

  it('that Slack repeats says so to the handlers', async () => {
    const seen: unknown[] = [];
    app.event('app_mention', async ({ context }) => void seen.push([context.retryNum, context.retryReason]));
    const body = JSON.stringify({
      ...{ type: 'event_callback', team_id: 'T1', event_id: 'Ev1' },
      event: { type: 'app_mention', user: 'U1', text: 'hi', channel: 'C1', ts: '1.1' },
    });

    await server.inject({
      method: 'POST',
      url: '/slack/events',
      payload: body,
      headers: {
        'content-type': JSON_TYPE,
        'x-slack-request-timestamp': String(SECONDS),
        'x-slack-signature': sign(body, SECONDS),
        'x-slack-retry-num': '2',
        'x-slack-retry-reason': 'http_timeout',
      },
    });

    expect(seen).toEqual([[2, 'http_timeout']]);
  });
});
