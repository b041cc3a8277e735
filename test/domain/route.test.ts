import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_SOURCES, type Alert, type Measurement } from '../../src/domain/alert.ts';
import { globMatches } from '../../src/domain/glob.ts';
import { route } from '../../src/domain/route.ts';
import { type AlarmRule, type Service, signalKey } from '../../src/domain/service.ts';
import { alert, rule, service, T0 } from './given.ts';

const NO_CONDITION = rule('*').when;

function measurement(more: Partial<Measurement> = {}): Measurement {
  return {
    ...{ metric: 'Errors', namespace: 'AWS/Lambda', dimensions: [], statistic: 'sum', unit: null, value: 7 },
    ...{ threshold: 5, comparison: 'above', periodSeconds: 60, periods: 1 },
    ...more,
  };
}

describe('the route of an alarm', () => {
  const first = service('bikes', { rules: [rule('bikes-*', { severity: 'P1' }), rule('bikes-drift-*')] });
  const second = service('all', {
    rules: [rule('*-drift-*', { environment: { kind: 'fixed', name: 'staging' } })],
    fallback: false,
  });
  const fallback = service('ops', { rules: [], fallback: true });

  it('is the first rule of the first service that knows its name', () => {
    const found = route(alert('bikes-drift-psi', 'firing', T0), [first, second, fallback]);

    expect(found).toMatchObject({ service: { name: 'bikes' }, severity: 'P1' });
  });

  it('minds case, as CloudWatch does', () => {
    expect(route(alert('Bikes-x', 'firing', T0), [first, fallback]).service.name).toBe('ops');
  });

  it('is decided by a wide rule that stands before an exact name', () => {
    const wideFirst = service('x', { rules: [rule('x-*', { severity: 'P0' }), rule('x-exact', { severity: 'P3' })] });
    const exactFirst = service('y', { rules: [rule('y-exact', { severity: 'P3' }), rule('y-*', { severity: 'P0' })] });

    expect(route(alert('x-exact', 'firing', T0), [wideFirst, exactFirst]).severity).toBe('P0');
    expect(route(alert('y-exact', 'firing', T0), [wideFirst, exactFirst]).severity).toBe('P3');
  });

  it.each([
    ...(['cloudwatch', 'alertmanager', 'grafana', 'event'] as const).map((source) => [source, 'P2'] as const),
    ...(['sns', 'eventbridge'] as const).map((source) => [source, 'P3'] as const),
  ])('of an unknown alarm from %s is the fallback service, as %s', (source, severity) => {
    const found = route(alert('nobody-knows', 'firing', T0, { source }), [first, fallback]);

    expect(found).toMatchObject({ service: { name: 'ops' }, environment: 'unknown', severity, rule: null });
  });

  it('of an unknown alarm is the first service when none is the fallback', () => {
    expect(route(alert('nobody-knows', 'firing', T0), [second, first]).service.name).toBe('all');
  });

  it('cannot be without any service', () => {
    expect(() => route(alert('x', 'firing', T0), [])).toThrow('No service');
  });

  it('is read anew when the services are replaced', () => {
    const before = [first, fallback];
    const after = [service('bikes', { rules: [rule('bikes-*', { severity: 'P0' })] }), fallback];

    expect(route(alert('bikes-x', 'firing', T0), before).severity).toBe('P1');
    expect(route(alert('bikes-x', 'firing', T0), after).severity).toBe('P0');
  });
});

describe('a condition', () => {
  const fallback = service('ops', { rules: [], fallback: true });
  const isClaimed = (when: Partial<AlarmRule['when']>, said: Partial<Alert>) => {
    const owner = service('bikes', { rules: [rule('*', { when: { ...NO_CONDITION, ...when } })] });
    return route(alert('any-name', 'firing', T0, said), [owner, fallback]).service === owner;
  };
  const errors = measurement({ dimensions: [{ name: 'FunctionName', value: 'ingest-prod' }] });

  it.each<[string, Partial<AlarmRule['when']>, Partial<Alert>, boolean]>([
    ['source that it comes from', { source: 'alertmanager' }, { source: 'alertmanager' }, true],
    ['source that it does not come from', { source: 'alertmanager' }, { source: 'grafana' }, false],
    ['namespace of its metric', { namespace: 'AWS/Lambda' }, { measurement: errors }, true],
    ['namespace by pattern', { namespace: 'AWS/*' }, { measurement: errors }, true],
    ['namespace in another case', { namespace: 'aws/lambda' }, { measurement: errors }, false],
    ['namespace when it measures nothing', { namespace: '*' }, { measurement: null }, false],
    [
      'namespace when an expression has none',
      { namespace: '*' },
      { measurement: measurement({ namespace: null }) },
      false,
    ],
    ['metric of it', { metric: 'Errors' }, { measurement: errors }, true],
    ['metric by pattern', { metric: 'Err*' }, { measurement: errors }, true],
    ['metric that is another', { metric: 'Throttles' }, { measurement: errors }, false],
    ['metric when it measures nothing', { metric: 'Errors' }, { measurement: null }, false],
    ['label of it', { labels: { team: 'ml' } }, { labels: { team: 'ml' } }, true],
    ['label by pattern', { labels: { team: 'm*' } }, { labels: { team: 'ml' } }, true],
    ['label with another value', { labels: { team: 'ml' } }, { labels: { team: 'web' } }, false],
    ['label that it does not have, whatever the value', { labels: { team: '*' } }, { labels: {} }, false],
    ['label that every object inherits', { labels: { constructor: '*' } }, { labels: {} }, false],
    ['dimension of its metric', { labels: { FunctionName: 'ingest-*' } }, { measurement: errors }, true],
    [
      'label that a dimension has otherwise: the label counts',
      { labels: { FunctionName: 'ingest-prod' } },
      { measurement: errors, labels: { FunctionName: 'other' } },
      false,
    ],
    ['name as a label', { labels: { alertname: 'any-*' } }, {}, true],
    ['two labels, of which one is missing', { labels: { team: 'ml', tier: '1' } }, { labels: { team: 'ml' } }, false],
    [
      'all at once',
      { source: 'cloudwatch', namespace: 'AWS/Lambda', metric: 'Errors', labels: { FunctionName: 'ingest-prod' } },
      { measurement: errors },
      true,
    ],
    ['all but the source', { source: 'grafana', metric: 'Errors' }, { measurement: errors }, false],
  ])('on the %s', (_, when, said, expected) => {
    expect(isClaimed(when, said)).toBe(expected);
  });

  it('that fails leaves the alarm to the next rule, also for one exact name', () => {
    const when = { ...NO_CONDITION, labels: { stage: 'staging' } };
    const owner = service('bikes', {
      rules: [rule('sm-5xx', { when, severity: 'P3' }), rule('sm-5xx', { severity: 'P1' })],
    });

    expect(route(alert('sm-5xx', 'firing', T0, { labels: { stage: 'staging' } }), [owner]).severity).toBe('P3');
    expect(route(alert('sm-5xx', 'firing', T0), [owner]).severity).toBe('P1');
  });
});

describe('the environment', () => {
  const from = (more: object = {}) => ({
    kind: 'from' as const,
    label: 'stage',
    values: {},
    otherwise: 'prod',
    ...more,
  });
  const named = { values: { 'bikes-prod*': 'prod', 'bikes-stg*': 'staging' }, otherwise: 'other' };
  const of = (environment: AlarmRule['environment'], said: Partial<Alert>) =>
    route(alert('bikes-stg-latency', 'firing', T0, said), [service('x', { rules: [rule('*', { environment })] })])
      .environment;
  const onEndpoint = (value: string) => ({
    measurement: measurement({ dimensions: [{ name: 'EndpointName', value }] }),
  });

  it.each<[string, AlarmRule['environment'], Partial<Alert>, string]>([
    ['is fixed by the rule', { kind: 'fixed', name: 'staging' }, { labels: { stage: 'prod' } }, 'staging'],
    ['is what a label says', from(), { labels: { stage: 'dev-2' } }, 'dev-2'],
    ['is no word that cannot be one', from(), { labels: { stage: 'Not an environment!' } }, 'prod'],
    ['is the other one without the label', from(), {}, 'prod'],
    ['is the other one where only an inherited property is so called', from({ label: 'constructor' }), {}, 'prod'],
    ['is named by a dimension', from({ label: 'EndpointName', ...named }), onEndpoint('bikes-stg-2'), 'staging'],
    [
      'is the other one for a dimension that fits nothing',
      from({ label: 'EndpointName', ...named }),
      onEndpoint('x'),
      'other',
    ],
    ['is named by the name of the alarm', from({ label: 'alertname', ...named }), {}, 'staging'],
  ])('%s', (_, environment, said, expected) => {
    expect(of(environment, said)).toBe(expected);
  });
});

describe('the silence of a signal', () => {
  const signal = {
    ...{ name: 'PredictionHeartbeat', everyMs: 60_000, graceMs: 1, query: null, severity: 'P1' as const },
    ...{ incidentClass: 'ingestion' as const, environment: 'staging', title: 'No predictions', runbook: 'ingestion' },
  };
  const owner = service('bikes', { rules: [rule('*')], signals: [signal] });
  const says = (key: string) => alert(signal.name, 'firing', T0, { source: 'signal', key });

  it('belongs to the service that expects it, as it says', () => {
    expect(route(says(signalKey('bikes', signal)), [service('all', { rules: [rule('*')] }), owner])).toMatchObject({
      ...{ service: { name: 'bikes' }, environment: 'staging', severity: 'P1', incidentClass: 'ingestion' },
      ...{ title: 'No predictions', runbook: 'ingestion', rule: { id: 'signals.PredictionHeartbeat' } },
    });
  });

  it('that no file expects any more goes where alarms go that nobody knows', () => {
    expect(route(says('signal:1:bikes/prod/Gone'), [owner])).toMatchObject({ rule: null, environment: 'unknown' });
  });
});

describe('looking rules up', () => {
  const names = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b');
  const texts = fc.constantFrom('a', 'b', 'ab', 'ba', 'constructor');
  const rules = fc.record({
    match: fc.array(names, { minLength: 1, maxLength: 2 }),
    when: fc.record({
      source: fc.option(fc.constantFrom(...ALERT_SOURCES.filter((one) => one !== 'signal'))),
      namespace: fc.option(names),
      metric: fc.option(names),
      labels: fc.dictionary(texts, names, { maxKeys: 2 }),
    }),
  });
  const alerts = fc.record({
    name: texts,
    source: fc.constantFrom(...ALERT_SOURCES.filter((one) => one !== 'signal')),
    labels: fc.dictionary(texts, texts, { maxKeys: 2 }),
    measurement: fc.option(
      fc
        .record({
          metric: fc.option(texts),
          namespace: fc.option(texts),
          dimensions: fc.uniqueArray(fc.record({ name: texts, value: texts }), {
            selector: ({ name }) => name,
            maxLength: 2,
          }),
        })
        .map(measurement),
    ),
  });

  /** The rule as the documentation has it, read from the first line to the last. */
  function inOrder(said: Alert, services: readonly Service[]): AlarmRule | null {
    const fits = (wanted: string | null, found: string | null | undefined) =>
      wanted === null || (found != null && globMatches(wanted, found));
    const labelled = (name: string) =>
      Object.entries(said.labels).find(([one]) => one === name)?.[1] ??
      said.measurement?.dimensions.find((one) => one.name === name)?.value;
    return (
      services
        .flatMap((one) => one.rules)
        .find(
          ({ match, when }) =>
            match.some((pattern) => globMatches(pattern, said.name)) &&
            fits(when.source, said.source) &&
            fits(when.namespace, said.measurement?.namespace) &&
            fits(when.metric, said.measurement?.metric) &&
            Object.entries(when.labels).every(([name, wanted]) => fits(wanted, labelled(name))),
        ) ?? null
    );
  }

  it('finds what reading them from the first to the last finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(rules, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
        alerts,
        (files, said) => {
          const services = files.map((some, i) => service(`s${i}`, { rules: some.map((more) => rule('x', more)) }));
          const whole = alert('x', 'firing', T0, said);

          expect(route(whole, services).rule).toBe(inOrder(whole, services));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
