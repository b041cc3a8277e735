import type { Alert, Measurement } from '../domain/alert.ts';
import { amountOf, type Fields, fieldsOf, textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import { groupedAlert, labelWords, webUrlOf } from './grouped-alert.ts';

const MAX_VALUES = 16;
const NO_DATA = new Set(['DatasourceNoData', 'NoData']);
const ERROR = 'DatasourceError';
/** Grafana's word for a series that is gone: it is resolved, but nobody knows whether anything is well. */
const GONE = 'MissingSeries';

/**
 * One alert of Grafana. No data is `unknown` under the name of the rule that lacks them; a rule that cannot be evaluated is an
 * alert of its own, `DatasourceError` with the label `rulename`; a series that vanished is no recovery. Its value is told
 * where it is the only one, and each is an annotation `values.<refId>`.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export function grafanaAlert(fields: Fields, orgId: unknown, receivedAt: number): Alert {
  const org = amountOf(fields.orgId) ?? amountOf(orgId) ?? 0;
  const alert = groupedAlert(fields, { source: 'grafana', prefix: `gf:1:${org}/` }, receivedAt);
  const values = valuesOf(fields);
  const annotations = {
    ...alert.annotations,
    ...Object.fromEntries(values.map(([name, value]) => [`values.${name}`, String(value)])),
  };
  const url = alert.url ?? webUrlOf(fields.panelURL) ?? webUrlOf(fields.dashboardURL);
  const reason = reasonOf(alert, values);
  return { ...judged({ ...alert, annotations, reason, url }), measurement: measurementOf(alert.name, values) };
}

/** The rule's own words; without any its values and labels, unless it has nothing but the one value that counts. */
function reasonOf({ reason, labels }: Alert, values: readonly Value[]): string {
  if (reason !== labelWords(labels) || (reason === '' && values.length === 1)) return reason;
  const measured = values.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return oneLine([...measured, reason].filter((part) => part !== '').join(', '), 1_024);
}

function judged(alert: Alert): Alert {
  const { name, state, labels, annotations } = alert;
  const rule = labels.rulename ?? name;
  const own = alert.reason === '' ? '' : ` ${alert.reason}`;
  if (NO_DATA.has(name) && state === 'firing')
    return { ...alert, name: rule, state: 'unknown', reason: `Grafana has no data for the rule ${rule}.${own}` };
  if (NO_DATA.has(name)) return { ...alert, name: rule };
  if (name === ERROR && state === 'firing') {
    const why = annotations.Error ?? alert.reason;
    const reason = `Grafana could not evaluate the rule ${rule}, so nobody watches its condition${why ? `: ${why}` : ''}`;
    return { ...alert, reason: oneLine(reason, 1_024) };
  }
  if (state === 'recovered' && annotations.grafana_state_reason === GONE)
    return {
      ...alert,
      state: 'unknown',
      reason: 'Grafana ended this because its data are gone, not because it is well.',
    };
  return alert;
}

type Value = readonly [name: string, value: number];

/** `values` by refId; older versions have them only in `valueString`: `[ var='B' labels={…} value=22.5 ]`. */
function valuesOf({ values, valueString }: Fields): readonly Value[] {
  const told = Object.entries(fieldsOf(values) ?? {});
  const written = [
    ...(textOf(valueString) ?? '')
      .slice(0, 8_192)
      .matchAll(/\[ var='(?<name>[^']{1,64})'[^\]]*? value=(?<value>\S+) \]/g),
  ];
  const all: (readonly [string, unknown])[] =
    told.length > 0 ? told : written.map(({ groups }) => [groups?.name ?? '', Number(groups?.value)]);
  return all
    .slice(0, MAX_VALUES)
    .flatMap(([name, value]) => (amountOf(value) === null ? [] : [[oneLine(name, 64), Number(value)] as const]));
}

function measurementOf(name: string, values: readonly Value[]): Measurement | null {
  const [only, second] = values;
  if (!only || second) return null;
  return {
    metric: name,
    namespace: null,
    dimensions: [],
    statistic: null,
    unit: null,
    value: only[1],
    threshold: null,
    comparison: null,
    periodSeconds: null,
    periods: null,
  };
}
