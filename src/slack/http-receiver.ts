import { type App, isValidSlackRequest, type Receiver } from '@slack/bolt';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';

const BODY_LIMIT = 4 * 1024 * 1024;
const ANSWER_WITHIN_MS = 3_000;
const MAX_SKEW_S = 300;

export interface HttpReceiver {
  readonly receiver: Receiver;
  readonly plugin: FastifyPluginCallback;
  /** When Slack last sent something genuine, epoch ms. */
  readonly heardAt: () => number | null;
}

/**
 * Slack's requests over HTTP: `POST /slack/events` for events, commands and interactions. The signature is checked on the raw
 * body, and the time on both sides (Bolt's own check lets the future pass).
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function createHttpReceiver(signingSecret: string, now: () => number): HttpReceiver {
  let app: App | undefined;
  let heardAt: number | null = null;
  const receiver: Receiver = {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => {},
    stop: async () => {},
  };

  const plugin: FastifyPluginCallback = (server, _options, done) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, parsed) =>
      parsed(null, body),
    );
    server.post('/slack/events', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const raw = typeof request.body === 'string' ? request.body : '';
      if (!isGenuine(signingSecret, raw, request.headers, now())) return await reply.status(401).send();
      heardAt = now();
      return await take(app, raw, request.headers, reply);
    });
    done();
  };
  return { receiver, plugin, heardAt: () => heardAt };
}

async function take(
  app: App | undefined,
  raw: string,
  headers: Record<string, unknown>,
  reply: FastifyReply,
): Promise<unknown> {
  const body = parseBody(raw, String(headers['content-type'] ?? ''));
  if (body === null || !app) return await reply.status(400).send();
  if (body.type === 'url_verification') return await reply.send({ challenge: String(body.challenge) });
  if (body.ssl_check !== undefined || body.type === 'app_rate_limited') return await reply.send();
  return await answer(app, body, headers, reply);
}

function isGenuine(signingSecret: string, body: string, headers: Record<string, unknown>, now: number): boolean {
  const timestamp = Number(headers['x-slack-request-timestamp']);
  if (!(Math.abs(now / 1_000 - timestamp) <= MAX_SKEW_S)) return false;
  const signature = String(headers['x-slack-signature'] ?? '');
  const signed = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp };
  return isValidSlackRequest({ signingSecret, body, nowMilliseconds: now, headers: signed });
}

async function answer(
  app: App,
  body: Record<string, unknown>,
  headers: Record<string, unknown>,
  reply: FastifyReply,
): Promise<unknown> {
  const retry = headers['x-slack-retry-num'];
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const patience = setTimeout(resolve, ANSWER_WITHIN_MS, { status: 503 });
  app
    .processEvent({
      body,
      ack: async (response?: unknown) => resolve({ status: 200, body: response ?? '' }),
      ...(retry === undefined
        ? {}
        : { retryNum: Number(retry), retryReason: String(headers['x-slack-retry-reason'] ?? '') }),
    })
    .then(
      () => resolve({ status: 404 }), // nobody has answered, and nobody will
      () => resolve({ status: 500 }), // Bolt has logged it
    );
  const first = await promise;
  clearTimeout(patience);
  return await reply.status(first.status).send(first.body);
}

/** The first of these answers a request: an acknowledgement, its failure, or the end of Slack's patience. */
interface Answer {
  readonly status: 200 | 404 | 500 | 503;
  readonly body?: unknown;
}

function parseBody(raw: string, contentType: string): Record<string, unknown> | null {
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(raw) as Record<string, unknown>;
    const form = Object.fromEntries(new URLSearchParams(raw));
    return form.payload === undefined ? form : (JSON.parse(form.payload) as Record<string, unknown>);
  } catch {
    return null;
  }
}
