import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grafanaAlert } from '../../src/sources/grafana-alert.ts';

const RECEIVED = Date.parse('2026-03-01T12:00:00Z');

/** As Grafana 12 writes it. */
const firing = {
  status: 'firing',
  labels: { alertname: 'Checkout is slow', grafana_folder: 'shop', team: 'payments' },
  annotations: { summary: 'p95 is 2.4 s' },
  startsAt: '2026-03-01T11:58:00+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://grafana.example/alerting/grafana/abc/view?orgId=3',
  fingerprint: 'c6eadffa33fcdf37',
  silenceURL: 'https://grafana.example/alerting/silence/new',
  dashboardURL: '',
  panelURL: '',
  ruleUID: 'abc',
  values: { B: 2.4 },
  valueString: "[ var='B' labels={team=payments} value=2.4 ]",
};
const read = (fields: object = {}, orgId: unknown = 3) => grafanaAlert({ ...firing, ...fields }, orgId, RECEIVED);

describe('an alert of Grafana', () => {
  it('is an alert of its organisation, with its value', () => {
    expect(read()).toMatchObject({
      key: 'gf:1:3/c6eadffa33fcdf37',
      source: 'grafana',
      name: 'Checkout is slow',
      state: 'firing',
      changedAt: Date.parse('2026-03-01T10:58:00Z'),
      reason: 'p95 is 2.4 s',
      measurement: { metric: 'Checkout is slow', value: 2.4, threshold: null },
      annotations: { summary: 'p95 is 2.4 s', 'values.B': '2.4' },
      repeats: true,
      url: firing.generatorURL,
    });
  });

  it('knows its own organisation better than the message does', () => {
    expect(read({ orgId: 8 }).key).toBe('gf:1:8/c6eadffa33fcdf37');
    expect(read({}, null).key).toBe('gf:1:0/c6eadffa33fcdf37');
  });

  it('of several values has none that counts, and all as annotations', () => {
    const alert = read({ values: { A: 2.4, B: 2.4, C: 1 } });

    expect(alert.measurement).toBeNull();
    expect(alert.annotations).toMatchObject({ 'values.A': '2.4', 'values.C': '1' });
  });

  it.each([
    ["[ var='B' labels={team=payments} value=2.4 ]", 2.4],
    ["[ var='B0' metric='x' labels={} value=-1e-05 ]", -1e-5],
    ["[ var='A' labels={} value=1 ], [ var='B' labels={} value=2 ]", undefined],
    ["[ var='A' labels={} value=NaN ]", undefined],
    ['[no value]', undefined],
  ])('of an older version has its value in %j', (valueString, value) => {
    expect(read({ values: null, valueString }).measurement?.value).toBe(value);
  });

  it('without words of its own says its values and labels, unless the one value says it all', () => {
    const bare = (values: object, labels: object = {}) =>
      read({ annotations: {}, values, labels: { alertname: 'Queue', grafana_folder: 'shop', ...labels } }).reason;

    expect(bare({ A: 1200.123456, B: 0.98 })).toBe('A 1200, B 0.98');
    expect(bare({ A: 2.4 }, { host: 'shop-3' })).toBe('A 2.4, host shop-3');
    expect(bare({ A: 2.4 })).toBe('');
  });

  it('leads to the panel where the rule has no page', () => {
    expect(read({ generatorURL: '', panelURL: 'https://grafana.example/d/x?viewPanel=2' }).url).toContain('viewPanel');
  });
});

describe('what Grafana cannot tell', () => {
  const noData = { labels: { alertname: 'DatasourceNoData', rulename: 'Checkout is slow', datasource_uid: 'p' } };
  const error = {
    labels: { alertname: 'DatasourceError', rulename: 'Checkout is slow' },
    annotations: { Error: 'failed to query data: 503' },
    values: null,
    valueString: '',
  };

  it('for want of data is unknown, under the name of the rule', () => {
    expect(read(noData)).toMatchObject({
      name: 'Checkout is slow',
      state: 'unknown',
      reason: 'Grafana has no data for the rule Checkout is slow. p95 is 2.4 s',
    });
    expect(read({ ...noData, status: 'resolved' })).toMatchObject({ name: 'Checkout is slow', state: 'recovered' });
  });

  it('because a rule cannot be evaluated is an alert of its own', () => {
    expect(read(error)).toMatchObject({
      name: 'DatasourceError',
      state: 'firing',
      labels: { rulename: 'Checkout is slow' },
      reason:
        'Grafana could not evaluate the rule Checkout is slow, so nobody watches its condition: failed to query data: 503',
    });
    expect(read({ ...error, status: 'resolved' }).state).toBe('recovered');
  });

  it('because a series is gone is no recovery', () => {
    const gone = { status: 'resolved', annotations: { grafana_state_reason: 'MissingSeries' } };

    expect(read(gone)).toMatchObject({ state: 'unknown', reason: expect.stringContaining('data are gone') });
  });

  it('but was told to take for firing fires', () => {
    expect(read({ annotations: { grafana_state_reason: 'NoData' } }).state).toBe('firing');
  });
});

it('reads any alert', () => {
  const odd = fc.dictionary(fc.constantFrom(...Object.keys(firing), 'orgId'), fc.jsonValue());

  fc.assert(
    fc.property(odd, fc.jsonValue(), (fields, orgId) => {
      const { key, name, reason, measurement } = read(fields, orgId);

      expect([key, name, reason].every((text) => text.isWellFormed() && !/[\r\n]/.test(text))).toBe(true);
      expect(Number.isFinite(measurement?.value ?? 0)).toBe(true);
    }),
  );
});
