import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import { kindOf } from '../app/errors.ts';
import type { Refusal } from '../sources/sns-refusal.ts';
import { type TakeDeps, takeSns } from '../sources/sns-take.ts';
import { MAX_BODY_BYTES, type SnsVerifier } from '../sources/sns-verifier.ts';
import { readBody } from './request-body.ts';

export interface SnsWebhookDeps extends TakeDeps {
  readonly verifier: SnsVerifier;
  /** Counts what became of a request: `stored`, `known`, `confirmed`, `not_confirmed`, `unsubscribed`, `unavailable`, or a refusal's code. */
  readonly count: (outcome: string) => void;
}

interface Answer {
  readonly status: 200 | Refusal['status'];
  readonly outcome: string;
}

const NOTICE_INTERVAL_MS = 3_600_000;

/**
 * `POST /webhooks/sns`. SNS takes every 4xx as delivered, so whatever may pass in time is answered 503, which it retries:
 * 200 stored or already known, 400 not parsable, 403 not to be believed, 413 too large, 503 anything else.
 */
export function snsWebhook(deps: SnsWebhookDeps): FastifyPluginCallback {
  const handle = createHandler(deps);

  return (app, _options, done) => {
    app.post(
      '/webhooks/sns',
      {
        // SNS posts JSON as text/plain, an operator may set any other type, and the bytes are what is signed: so the request
        // is taken out of the server's hands before it looks at the type. A storm also spares its share of the work.
        onRequest: (request, reply) => void serve(request.raw, reply.hijack().raw, handle, deps),
      },
      () => {},
    );
    done();
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  deps: SnsWebhookDeps,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === 'too_large') send(response, deps, { status: 413, outcome: body });
  else if (body === 'cut_off') send(response, deps, { status: 400, outcome: 'not_json' });
  else send(response, deps, await handle(body, request.headers).catch((error: unknown) => failed(error, deps)));
}

function failed(error: unknown, { log }: SnsWebhookDeps): Answer {
  const kind = kindOf(error);
  log[kind === 'transient' ? 'warn' : 'error'](
    { err: error, kind },
    'an SNS message could not be taken now; SNS will send it again',
  );
  return { status: 503, outcome: 'unavailable' };
}

function send(response: ServerResponse, { count }: SnsWebhookDeps, { status, outcome }: Answer): void {
  count(outcome);
  const body = `{"outcome":"${outcome}"}`; // one of our own words
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      ...(status === 413 ? { connection: 'close' } : {}), // what is left of the body is not waited for
    })
    .end(body);
}

type Handle = (body: Buffer, headers: Parameters<SnsVerifier['verify']>[1]) => Promise<Answer>;

function createHandler(deps: SnsWebhookDeps): Handle {
  const refused = createRefusals(deps);

  return async (body, headers) => {
    const verified = await deps.verifier.verify(body, headers);
    return verified.ok ? { status: 200, outcome: await takeSns(deps, verified.message) } : refused(verified);
  };
}

/** Logs refusals. A genuine message that is refused is a lost alarm or a wrong clock, so the operators hear of it. */
function createRefusals({ log, now, notifyOperators }: SnsWebhookDeps): (refusal: Refusal) => Promise<Answer> {
  let quietUntil = Number.NEGATIVE_INFINITY;

  async function tellOncePerHour(reason: string): Promise<void> {
    if (now() < quietUntil) return; // replays must not become a flood of notices
    quietUntil = now() + NOTICE_INTERVAL_MS;
    try {
      await notifyOperators(
        `A message from SNS was refused: ${reason}. Check the clock of the machine that runs Tocsin.`,
      );
    } catch (error) {
      quietUntil = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  return async ({ status, code, reason }) => {
    log.warn({ code, reason }, 'an SNS message was refused');
    if (code === 'too_old' || code === 'from_the_future') await tellOncePerHour(reason);
    return { status, outcome: code };
  };
}
