import type { FastifyInstance } from 'fastify';
import type { Webhook } from './prometheus/alertmanager.ts';
import { createAlertmanager } from './prometheus/alertmanager.ts';
import { prometheusRoutes } from './prometheus/prometheus-routes.ts';
import { firingOf, installedRules } from './prometheus/rules.ts';
import type { PromSeries } from './prometheus/series.ts';
import type { System } from './system.ts';

export interface PrometheusSystemOptions extends Pick<System, 'name' | 'title' | 'faults' | 'running'> {
  readonly series: readonly PromSeries[];
  readonly webhook: Webhook;
  readonly now: () => number;
  /** Where the sandbox is reached, without a slash at the end. */
  readonly base: () => string;
  readonly moreRoutes?: (app: FastifyInstance) => void;
}

/** What a demo can wait for: shorter than the packs' own 10 s, 1 min and 4 h. */
const GROUP = {
  groupBy: ['alertname', 'service', 'environment'],
  groupWaitMs: 1000,
  groupIntervalMs: 2000,
  repeatMs: 3_600_000,
};

/** A system that a Prometheus watches with the rules of its pack, and an Alertmanager speaks for. */
export async function prometheusSystem(options: PrometheusSystemOptions): Promise<System> {
  const { name, title, faults, running, series, webhook, now, base } = options;
  const rules = await installedRules(name);
  const externalUrl = (): string => `${base()}/systems/${name}/alertmanager`;
  const alertmanager = createAlertmanager({ receiver: 'tocsin', externalUrl, webhook, now, ...GROUP });
  return {
    name,
    title,
    faults,
    running,
    firing: alertmanager.firing,
    tick: (at) => alertmanager.take(firingOf(rules, series, at), at),
    routes: (app) => {
      prometheusRoutes(app, '/prometheus', () => series, now);
      alertmanager.routes(app, '/alertmanager');
      options.moreRoutes?.(app);
    },
  };
}
