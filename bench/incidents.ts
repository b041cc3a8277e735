import type { Service } from '../src/domain/service.ts';
import { PLAIN_SERVICE } from '../test/support/plain.ts';
import { channelOf } from './services.ts';

/** The service of incidents that are written straight to Redis, as the bot writes them: its file is there as well. */
export const SERVICE: Service = {
  ...PLAIN_SERVICE,
  name: 'svc-0000',
  title: 'svc-0000',
  owner: 'Forecasting',
  channel: channelOf(0, { channels: 1 }),
  responders: [],
  fallback: true,
  rules: [],
  links: [{ label: 'Dashboard', url: 'https://example.com/dashboards/endpoint' }],
  groupingMs: 600_000,
  reopenMs: 1_800_000,
  recovery: { end: 'resolve', watchMs: 300_000 },
};

export const DECLARATION = {
  by: 'U0ANA',
  title: 'The forecasts of the evening are missing',
  summary: 'The batch job of 18:00 wrote no forecasts, so the stations show those of the morning.',
  severity: 'P2',
  incidentClass: 'pipeline',
  drill: false,
} as const;
