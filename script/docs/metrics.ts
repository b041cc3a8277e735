import { createMetrics } from '../../src/http/metrics.ts';
import { code, table } from './markdown.ts';

/** Every metric of Tocsin's own; those of the process and of Node come with the library. */
export function metricsTable(): string {
  const none = () => Promise.resolve(0);
  const live = { openIncidents: none, inboxBacklog: none, withoutCard: none, sweepLagSeconds: () => 0 };
  const { registry } = createMetrics(live);
  const rows = registry
    .getMetricsAsArray()
    .filter(({ name }) => !/^tocsin_(?:process|nodejs)_/.test(name))
    .map((metric) => [code(metric.name), kindOf(metric), labelsOf(metric), metric.help]);
  return table(['Metric', 'Kind', 'Labels', 'What it says'], rows);
}

function kindOf(metric: object): string {
  return metric.constructor.name.toLowerCase();
}

function labelsOf(metric: object): string {
  const names = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
  return names.map((name) => code(String(name))).join(', ');
}
