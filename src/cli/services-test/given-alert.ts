import type { Alert, Measurement } from '../../domain/alert.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Case, GivenAlert } from './case-file.ts';
import { recordedAlert } from './recorded-alert.ts';

/** The alert that a case is about. Rejects a message that no source sends, and one that tells of several alerts. */
export function alertOf({ alert, message, at }: Pick<Case, 'alert' | 'message' | 'at'>): Result<Alert> {
  return alert ? ok(fromWords(alert, at)) : recordedAlert(message ?? '', at);
}

function fromWords(given: GivenAlert, at: number): Alert {
  return {
    key: `case:${given.source}:${given.name}`,
    source: given.source,
    name: given.name,
    state: given.state,
    changedAt: at,
    receivedAt: at,
    reason: '',
    description: null,
    account: null,
    region: null,
    measurement: measurementOf(given),
    children: [],
    labels: given.labels,
    annotations: given.annotations,
    isReport: given.report,
    repeats: given.source === 'alertmanager' || given.source === 'grafana',
    url: null,
  };
}

function measurementOf({ metric, namespace, dimensions, value, threshold }: GivenAlert): Measurement | null {
  const pairs = Object.entries(dimensions).map(([name, text]) => ({ name, value: text }));
  if (metric === undefined && namespace === undefined && value === undefined && pairs.length === 0) return null;
  return {
    metric: metric ?? null,
    namespace: namespace ?? null,
    dimensions: pairs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    statistic: null,
    unit: null,
    value: value ?? null,
    threshold: threshold ?? null,
    comparison: null,
    periodSeconds: null,
    periods: null,
  };
}
