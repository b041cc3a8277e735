import { createHmac } from 'node:crypto';
import fastify from 'fastify';
import { pino } from 'pino';
import type { Heard } from '../../src/app/signals.ts';
import type { Env } from '../../src/config/env.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Change } from '../../src/domain/change.ts';
import { createWebhooks, type WebhooksDeps } from '../../src/http/webhooks.ts';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const TOKEN = 'a-token-of-some-length';

const SECRETS = { ALERTMANAGER_TOKEN: TOKEN, GRAFANA_SECRET: TOKEN, EVENTS_TOKEN: TOKEN } as const;

/** A server with the webhooks of `env`, whose other side is written down. */
export function webhookWorld({ env = SECRETS, ...changes }: Partial<WebhooksDeps> = {}) {
  const accepted = new Map<string, readonly Alert[]>();
  const recorded: Change[] = [];
  const heard: Heard[] = [];
  const told: string[] = [];
  const counted: string[] = [];
  const logged: string[] = [];
  const app = fastify();
  const webhooks = createWebhooks({
    env: env as Env,
    accept: async (messageId, alerts) => {
      if (accepted.has(messageId)) return 'known';
      accepted.set(messageId, alerts);
      return 'stored';
    },
    record: async (all) => void recorded.push(...all),
    heard: async (all) => void heard.push(...all),
    notifyOperators: async (cause, text) => void told.push(`${cause}: ${text}`),
    now: () => NOW,
    log: pino({ level: 'trace' }, { write: (line) => void logged.push(line) }),
    count: ({ source, outcome }) => void counted.push(`${source} ${outcome}`),
    ...changes,
  });
  for (const webhook of webhooks) app.register(webhook);

  const post = (path: string, body: unknown, headers: Record<string, string> = {}, method: 'POST' | 'PUT' = 'POST') =>
    app.inject({
      method,
      url: `/webhooks/${path}`,
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const alerts = () => [...accepted.values()].flat();
  return { app, post, accepted, alerts, recorded, heard, told, counted, logged };
}

export const bearer = (token = TOKEN) => ({ authorization: `Bearer ${token}` });
export const basic = (password = TOKEN, user = 'tocsin') => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
export const hmac = (text: string, secret = TOKEN) => createHmac('sha256', secret).update(text).digest('hex');

export const prometheusAlert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HighErrorRate', severity: 'critical' },
  annotations: { summary: 'Errors above 5 %' },
  startsAt: '2026-03-01T11:58:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph',
  fingerprint: '2d3f6a0b1c4e5f60',
  ...more,
});
