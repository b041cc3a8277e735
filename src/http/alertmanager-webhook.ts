import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginCallback } from 'fastify';
import { groupedAlert, readGrouped } from '../sources/grouped-alert.ts';
import { type AlertIntake, refuseUnreadable, takeAlerts, tellTruncated } from './alert-intake.ts';
import { isSame, presentedSecret } from './proof.ts';
import { type Answer, parseJson, type WebhookDeps, webhook } from './webhook.ts';

export interface AlertmanagerWebhookDeps extends WebhookDeps, AlertIntake {
  /** `ALERTMANAGER_TOKEN`. */
  readonly token: string;
  readonly now: () => number;
}

/** Some thousand alerts with long annotations. */
const LARGEST_BODY = 4 * 1024 * 1024;
const MEND =
  'Raise max_alerts in the webhook_configs of Alertmanager, or leave it out, and group more finely (route.group_by).';

/**
 * `POST /webhooks/alertmanager`: version 4 of Alertmanager's webhook. It proves itself with the token, as bearer or as password
 * of basic authentication. Alertmanager tries again after a 5xx and never after a 4xx.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function alertmanagerWebhook(deps: AlertmanagerWebhookDeps): FastifyPluginCallback {
  const path = '/webhooks/alertmanager';
  const refuses = (headers: IncomingHttpHeaders): Answer | null => {
    const given = presentedSecret(headers, 'bearer or basic');
    return given !== null && isSame(given, deps.token) ? null : UNAUTHORIZED;
  };
  const handle = (body: Buffer) => take(deps, body);
  return webhook({ path, methods: ['POST'], largestBody: LARGEST_BODY, sender: 'Alertmanager', refuses, handle }, deps);
}

const UNAUTHORIZED: Answer = {
  status: 401,
  outcome: 'unauthorized',
  error: 'Present ALERTMANAGER_TOKEN as bearer token, or as the password of basic authentication.',
  headers: { 'www-authenticate': 'Bearer realm="tocsin", Basic realm="tocsin"' },
};

async function take(deps: AlertmanagerWebhookDeps, body: Buffer): Promise<Answer> {
  const read = readGrouped(parseJson(body));
  if (!read.ok)
    return refuseUnreadable(deps, { sender: 'Alertmanager', outcome: 'bad_message', error: read.rejection.message });
  const message = read.value;
  const receivedAt = deps.now();
  const identity = { source: 'alertmanager', prefix: 'am:1:' } as const;
  const answer = await takeAlerts(
    deps,
    message.alerts.map((alert) => groupedAlert(alert, identity, receivedAt)),
  );
  await tellTruncated(deps, { sender: 'Alertmanager', truncated: message.truncated, mend: MEND });
  return answer;
}
