import type { FastifyPluginCallback } from 'fastify';
import type { Env } from '../config/env.ts';
import { alertmanagerWebhook } from './alertmanager-webhook.ts';
import { type EventsWebhookDeps, eventsWebhook } from './events-webhook.ts';
import { type GrafanaWebhookDeps, grafanaWebhook } from './grafana-webhook.ts';

export interface WebhooksDeps extends Omit<EventsWebhookDeps & GrafanaWebhookDeps, 'token' | 'secret' | 'count'> {
  readonly env: Pick<Env, 'ALERTMANAGER_TOKEN' | 'GRAFANA_SECRET' | 'EVENTS_TOKEN'>;
  readonly count: (labels: { readonly source: string; readonly outcome: string }) => void;
}

/** The webhooks whose secret is set. Without it there is no such address. */
export function createWebhooks({ env, count, ...deps }: WebhooksDeps): FastifyPluginCallback[] {
  const counting = (source: string) => ({ ...deps, count: (outcome: string) => count({ source, outcome }) });
  return [
    ...(env.ALERTMANAGER_TOKEN
      ? [alertmanagerWebhook({ ...counting('alertmanager'), token: env.ALERTMANAGER_TOKEN })]
      : []),
    ...(env.GRAFANA_SECRET ? [grafanaWebhook({ ...counting('grafana'), secret: env.GRAFANA_SECRET })] : []),
    ...(env.EVENTS_TOKEN ? [eventsWebhook({ ...counting('events'), token: env.EVENTS_TOKEN })] : []),
  ];
}
