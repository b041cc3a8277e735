import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import type { BaseLogger } from 'pino';
import { kindOf } from '../app/errors.ts';
import { readBody } from './request-body.ts';

/** What a sender is told. Senders take every 4xx as final, so whatever may pass in time is a 503, and never a 429. */
export interface Answer {
  readonly status: 200 | 400 | 401 | 403 | 413 | 503;
  /** One word for the counter and for the sender, of our own. */
  readonly outcome: string;
  /** What is wrong, in words for the sender. It may repeat what the sender wrote, and nothing else. */
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebhookDeps {
  readonly log: Pick<BaseLogger, 'warn' | 'error'>;
  /** Counts what became of a request: the outcome of its answer. */
  readonly count: (outcome: string) => void;
}

export interface Webhook {
  readonly path: string;
  readonly methods: readonly ('POST' | 'PUT')[];
  /** In bytes. */
  readonly largestBody: number;
  /** Whose it is, for the log: `SNS`. */
  readonly sender: string;
  /** Refuses by the headers alone, before a stranger's body is read. */
  readonly refuses?: (headers: IncomingHttpHeaders) => Answer | null;
  /** Answers 200 only when all that is in the body is durable. Whatever it throws is 503: the sender tries again. */
  readonly handle: (body: Buffer, headers: IncomingHttpHeaders) => Promise<Answer>;
}

/**
 * A route for one kind of sender. The request is taken out of the server's hands before it looks at the content type: SNS posts
 * JSON as text/plain, others may send any type, and the bytes are what is signed. A storm also spares the server's share of the work.
 */
export function webhook(hook: Webhook, deps: WebhookDeps): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route({
      method: [...hook.methods],
      url: hook.path,
      onRequest: (request, reply) => void serve(hook, deps, request.raw, reply.hijack().raw),
      handler: () => {},
    });
    done();
  };
}

async function serve(
  hook: Webhook,
  deps: WebhookDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = hook.refuses?.(request.headers) ?? null;
  if (refusal) return send(response, deps, refusal); // Node throws away what comes of the body
  const body = await readBody(request, hook.largestBody);
  if (body === 'too_large') return send(response, deps, { status: 413, outcome: body });
  if (body === 'cut_off') return send(response, deps, { status: 400, outcome: 'not_json' });
  send(response, deps, await hook.handle(body, request.headers).catch((error: unknown) => failed(hook, deps, error)));
}

function failed({ sender }: Webhook, { log }: WebhookDeps, error: unknown): Answer {
  const kind = kindOf(error);
  log[kind === 'transient' ? 'warn' : 'error'](
    { err: error, kind },
    `a message of ${sender} could not be taken now; the sender is asked to try again`,
  );
  return { status: 503, outcome: 'unavailable' };
}

function send(response: ServerResponse, { count }: WebhookDeps, { status, outcome, error, headers }: Answer): void {
  count(outcome);
  const body = JSON.stringify({ outcome, error });
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...headers,
      ...(status === 413 ? { connection: 'close' } : {}), // what is left of the body is not waited for
    })
    .end(body);
}

/** The value in a body of JSON; `undefined` for what is none, or is nested deeper than anybody means. */
export function parseJson(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isDeeper(value, DEEPEST) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** What is nested a hundred thousand deep can be read, and not be written again. */
const DEEPEST = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}
