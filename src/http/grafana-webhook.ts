import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import { grafanaAlert } from '../sources/grafana-alert.ts';
import { readGrouped } from '../sources/grouped-alert.ts';
import { type AlertIntake, refuseUnreadable, takeAlerts, tellTruncated } from './alert-intake.ts';
import { headerOf, isSigned, isTimely } from './proof.ts';
import { type Answer, parseJson, type WebhookDeps, webhook } from './webhook.ts';

export interface GrafanaWebhookDeps extends WebhookDeps, AlertIntake {
  /** `GRAFANA_SECRET`. */
  readonly secret: string;
  readonly now: () => number;
}

const LARGEST_BODY = 4 * 1024 * 1024;
const SIGNATURE = 'x-grafana-alerting-signature';
/** Grafana asks for the header's name; this is the one that is read. */
const TIMESTAMP = 'x-grafana-alerting-timestamp';
const MEND = 'Raise "Max Alerts" of the contact point in Grafana, or set it to 0.';

/**
 * `POST` or `PUT /webhooks/grafana`: the webhook contact point of Grafana Alerting 12 and newer. It proves itself by the HMAC
 * of the body alone, since a password in its place would travel with every message. Grafana does not try a failed
 * message again; it tells all of the group at its next turn.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export function grafanaWebhook(deps: GrafanaWebhookDeps): FastifyPluginCallback {
  const path = '/webhooks/grafana';
  const refuses = (headers: IncomingHttpHeaders) => (headerOf(headers, SIGNATURE) === null ? UNSIGNED : null);
  const handle = async (body: Buffer, headers: IncomingHttpHeaders) =>
    proofMissing(deps, body, headers) ?? take(deps, body);
  return webhook(
    { path, methods: ['POST', 'PUT'], largestBody: LARGEST_BODY, sender: 'Grafana', refuses, handle },
    deps,
  );
}

const UNSIGNED: Answer = {
  status: 401,
  outcome: 'unauthorized',
  error: 'The message is not signed: set GRAFANA_SECRET as the secret of "HMAC Signature" in the contact point.',
  headers: { 'www-authenticate': 'Grafana-HMAC realm="tocsin"' },
};

/** Null when the body is signed by who knows the secret, and now if it says when. */
function proofMissing({ secret, now }: GrafanaWebhookDeps, body: Buffer, headers: IncomingHttpHeaders): Answer | null {
  const signature = headerOf(headers, SIGNATURE) ?? '';
  const timestamp = headerOf(headers, TIMESTAMP);
  const parts = timestamp === null ? [body] : [`${timestamp}:`, body];
  if (!isSigned(signature, secret, ...parts)) {
    const error = `The signature does not match: compare the secret, and if a timestamp header is set, name it ${TIMESTAMP}.`;
    return { ...UNSIGNED, error };
  }
  if (timestamp === null || isTimely(timestamp, now())) return null;
  return { ...UNSIGNED, outcome: 'too_old', error: 'The signed time is more than 5 minutes away: compare the clocks.' };
}

async function take(deps: GrafanaWebhookDeps, body: Buffer): Promise<Answer> {
  const read = readGrouped(parseJson(body));
  if (!read.ok)
    return refuseUnreadable(deps, { sender: 'Grafana', outcome: 'bad_message', error: read.rejection.message });
  const message = read.value;
  const receivedAt = deps.now();
  const answer = await takeAlerts(
    deps,
    message.alerts.map((alert) => grafanaAlert(alert, message.body.orgId, receivedAt)),
  );
  await tellTruncated(deps, { sender: 'Grafana', truncated: message.truncated, mend: MEND });
  return answer;
}
