import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import type { Heard } from '../app/signals.ts';
import type { Change } from '../domain/change.ts';
import { newsFromEvents } from '../sources/event-message.ts';
import { readEvents } from '../sources/event-shape.ts';
import { type AlertIntake, refuseUnreadable } from './alert-intake.ts';
import { headerOf, isSame, isSigned, isTimely, presentedSecret } from './proof.ts';
import { type Answer, parseJson, type WebhookDeps, webhook } from './webhook.ts';

export interface EventsWebhookDeps extends WebhookDeps, AlertIntake {
  /** `EVENTS_TOKEN`. */
  readonly token: string;
  readonly now: () => number;
  /** Makes changes durable before it resolves; those that are known stay as they are. */
  readonly record: (changes: readonly Change[]) => Promise<void>;
  /** Makes it durable that these have spoken before it resolves. */
  readonly heard: (signals: readonly Heard[]) => Promise<void>;
}

const LARGEST_BODY = 1024 * 1024;
const SIGNATURE = 'x-tocsin-signature';
const TIMESTAMP = 'x-tocsin-timestamp';

/**
 * `POST /webhooks/events`: what teams send themselves, see docs/events.md. A sender presents the token, or signs time and
 * body with it. What is not understood is answered 400 with the fields that are wrong, and nothing of the body is stored.
 */
export function eventsWebhook(deps: EventsWebhookDeps): FastifyPluginCallback {
  const handle = async (body: Buffer, headers: IncomingHttpHeaders) => {
    const isBearer = presentedSecret(headers, 'bearer') !== null; // found right before the body was read
    return isBearer || isGenuine(deps, body, headers) ? take(deps, body) : refusal('The signature does not match.');
  };
  const refuses = (headers: IncomingHttpHeaders) => refuseByHeaders(deps, headers);
  return webhook(
    { path: '/webhooks/events', methods: ['POST'], largestBody: LARGEST_BODY, sender: 'events', refuses, handle },
    deps,
  );
}

function refusal(error: string): Answer {
  return {
    status: 401,
    outcome: 'unauthorized',
    error: `${error} Send "Authorization: Bearer <EVENTS_TOKEN>", or a signature as docs/events.md says.`,
    headers: { 'www-authenticate': 'Bearer realm="tocsin"' },
  };
}

function refuseByHeaders({ token, now }: EventsWebhookDeps, headers: IncomingHttpHeaders): Answer | null {
  const bearer = presentedSecret(headers, 'bearer');
  if (bearer !== null) return isSame(bearer, token) ? null : refusal('The token is not the right one.');
  if (headerOf(headers, SIGNATURE) === null) return refusal('The message proves nothing.');
  const timestamp = headerOf(headers, TIMESTAMP) ?? '';
  if (isTimely(timestamp, now())) return null;
  return refusal(`${TIMESTAMP} has to be the time in seconds since 1970, at most 5 minutes from now.`);
}

function isGenuine({ token }: EventsWebhookDeps, body: Buffer, headers: IncomingHttpHeaders): boolean {
  const signature = (headerOf(headers, SIGNATURE) ?? '').replace(/^sha256=/i, '');
  return isSigned(signature, token, `${headerOf(headers, TIMESTAMP)}.`, body);
}

async function take(deps: EventsWebhookDeps, body: Buffer): Promise<Answer> {
  const { accept, record, heard, now } = deps;
  const events = readEvents(parseJson(body));
  if (!events.ok)
    return refuseUnreadable(deps, {
      sender: 'a sender of events',
      outcome: 'bad_event',
      error: `${events.rejection.message}.`,
    });
  const { alerts, changes, heard: signals } = newsFromEvents(events.value, now());
  if (changes.length > 0) await record(changes);
  if (signals.length > 0) await heard(signals);
  const outcomes = await Promise.all(alerts.map(({ messageId, alert }) => accept(messageId, [alert])));
  const isKnown = outcomes.length > 0 && outcomes.every((one) => one === 'known');
  return { status: 200, outcome: isKnown ? 'known' : 'stored' };
}
