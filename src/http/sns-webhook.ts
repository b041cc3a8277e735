import type { FastifyPluginCallback } from 'fastify';
import type { Refusal } from '../sources/sns-refusal.ts';
import { type TakeDeps, takeSns } from '../sources/sns-take.ts';
import { MAX_BODY_BYTES, type SnsVerifier } from '../sources/sns-verifier.ts';
import { type Answer, type Webhook, webhook } from './webhook.ts';

export interface SnsWebhookDeps extends TakeDeps {
  readonly verifier: SnsVerifier;
  /** Counts what became of a request: `stored`, `known`, `confirmed`, `not_confirmed`, `unsubscribed`, `unavailable`, or a refusal's code. */
  readonly count: (outcome: string) => void;
}

const NOTICE_INTERVAL_MS = 3_600_000;

/**
 * `POST /webhooks/sns`. SNS takes every 4xx as delivered, so whatever may pass in time is answered 503, which it retries:
 * 200 stored or already known, 400 not parsable, 403 not to be believed, 413 too large, 503 anything else.
 */
export function snsWebhook(deps: SnsWebhookDeps): FastifyPluginCallback {
  const handle = createHandler(deps);
  return webhook(
    { path: '/webhooks/sns', methods: ['POST'], largestBody: MAX_BODY_BYTES, sender: 'SNS', handle },
    deps,
  );
}

function createHandler(deps: SnsWebhookDeps): Webhook['handle'] {
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
