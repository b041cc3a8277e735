import { describe, expect, it } from 'vitest';
import { type Parsed, parseService } from '../../src/config/services.ts';

/** Line 1 to 10 of every file here; what a test adds begins in line 11. */
const HEAD = `
owner: Payments
channel: C0PAY
environments:
  prod: { prometheus: "http://prometheus:9090", values: { endpoint: checkout-prod } }
  staging: { values: { endpoint: checkout-staging } }
queries:
  error-rate: { prometheus: "errors{job='api'} / requests" }
  status: { endpoint: "{endpoint}" }
runbooks: { server-errors: { title: Errors } }
`;

describe('a name that something refers to', () => {
  it.each([
    [
      'a runbook of a rule',
      'alarms: [{ match: a, severity: P1, runbook: server-error }]',
      'alarms[0].runbook: There is no runbook server-error in this file. Did you mean server-errors? Write it under `runbooks`, or name one of server-errors',
    ],
    [
      'a runbook of a signal',
      'signals: [{ name: a, every: 1h, severity: P2, runbook: pulse }]',
      'signals[0].runbook: There is no runbook pulse in this file.',
    ],
    [
      'a query of grades',
      'alarms: [{ match: a, severity: P1, grades: { value: { query: rate }, steps: [{ above: 1, severity: P1 }] } }]',
      'alarms[0].grades.value.query: There is no query rate',
    ],
    [
      'a query of a baseline',
      'alarms: [{ match: a, severity: P1, grades: { relative_to: { query: rate }, steps: [{ above: 1, severity: P1 }] } }]',
      'alarms[0].grades.relative_to.query: There is no query rate',
    ],
    [
      'evidence of a rule',
      'alarms: [{ match: a, severity: P1, evidence: [error-rate, latency] }]',
      'alarms[0].evidence[1]: There is no query latency',
    ],
    [
      'evidence of the service',
      'evidence: { show: [eror-rate] }',
      'evidence.show[0]: There is no query eror-rate in this file. Did you mean error-rate?',
    ],
    ['a graph', 'evidence: { graph: latency }', 'evidence.graph: There is no query latency'],
    [
      'a query of a signal',
      'signals: [{ name: a, every: 1h, severity: P2, query: pulse }]',
      'signals[0].query: There is no query pulse',
    ],
  ])('has to exist: %s', (_what, more, words) => {
    expect(errorsOf(more)).toEqual([expect.stringContaining(`checkout.yml:11 ${words}`)]);
  });

  it('has to exist: the query of a step', () => {
    const problems = errorsIn(HEAD.replace('title: Errors', 'title: Errors, steps: [{ check: Well?, query: state }]'));

    expect(problems).toEqual([
      expect.stringContaining(
        'checkout.yml:10 runbooks.server-errors.steps[0].query: There is no query state in this file. Did you mean status?',
      ),
    ]);
  });

  it('may be a web address, where it is a runbook', () => {
    expect(errorsOf('alarms: [{ match: a, severity: P1, runbook: "https://wiki.example/a" }]')).toEqual([]);
  });

  it('of a graph has a course over time', () => {
    expect(errorsOf('evidence: { graph: status }')).toEqual([expect.stringContaining('status answers with one value')]);
    expect(errorsOf('evidence: { graph: error-rate }')).toEqual([]);
  });
});

describe('things that cannot be told apart', () => {
  it.each([
    [
      'rules',
      'alarms: [{ id: a, match: a, severity: P1 }, { id: a, match: b, severity: P1 }]',
      'alarms[1].id: Another rule of this file has this id',
    ],
    [
      'signals',
      'signals: [{ name: a, every: 1h, severity: P2 }, { name: a, every: 2h, severity: P2 }]',
      'signals[1].name: This signal is there twice',
    ],
  ])('are refused: %s', (_what, more, words) => {
    expect(errorsOf(more)).toEqual([expect.stringContaining(words)]);
  });

  it('are refused: steps', () => {
    const steps = 'steps: [{ id: a, do: x }, { do: y }, { id: a, do: z }]';

    expect(errorsIn(HEAD.replace('title: Errors', `title: Errors, ${steps}`))).toEqual([
      expect.stringContaining('runbooks.server-errors.steps[2].id: Another step of this runbook has this id'),
    ]);
  });

  it('are not two signals of different environments, nor rules without an id', () => {
    expect(
      errorsOf(
        'signals: [{ name: a, every: 1h, severity: P2 }, { name: a, every: 1h, severity: P2, environment: staging }]\nalarms: [{ match: a, severity: P1 }, { match: b, severity: P1 }]',
      ),
    ).toEqual([]);
  });
});

describe('the steps of grades', () => {
  it.each([
    [
      'in two directions',
      '[{ above: 1, severity: P2 }, { below: 3, severity: P1 }]',
      'steps[1]: All steps go in one direction, and the first goes up: write above or at_least',
    ],
    [
      'with the worst first',
      '[{ above: 5, severity: P2 }, { above: 2, severity: P1 }]',
      'steps[1]: The mildest step comes first, and this one begins no further',
    ],
    [
      'with the worst first, downwards',
      '[{ below: 2, severity: P2 }, { below: 5, severity: P1 }]',
      'steps[1]: The mildest step comes first, and this one begins no further',
    ],
    [
      'with one limit twice',
      '[{ above: 2, severity: P2 }, { at_least: 2, severity: P1 }]',
      'steps[1]: The mildest step comes first, and this one begins no further',
    ],
    [
      'that get milder',
      '[{ above: 2, severity: P1 }, { above: 5, severity: P2 }]',
      'steps[1]: The mildest step comes first, and this one is P2 after P1',
    ],
  ])('are refused %s', (_what, steps, words) => {
    const problems = errorsOf(`alarms: [{ match: a, severity: P2, grades: { steps: ${steps} } }]`);

    expect(problems).toEqual([expect.stringContaining(`checkout.yml:11 alarms[0].grades.${words}`)]);
  });

  it.each([
    ['[{ above: 1, severity: P3 }, { above: 2, severity: P3 }, { at_least: 5, severity: P1 }]'],
    ['[{ at_most: 5, severity: P2 }, { below: 5, severity: P1 }]'],
    ['[{ below: -5, severity: P2 }, { below: -10, severity: P1 }]'],
  ])('are taken in order: %s', (steps) => {
    expect(errorsOf(`alarms: [{ match: a, severity: P3, grades: { steps: ${steps} } }]`)).toEqual([]);
  });

  it('that are milder than no step at all are odd', () => {
    const graded = (otherwise: string) =>
      `alarms: [{ match: a, severity: P1, grades: { steps: [{ above: 1, severity: P2 }]${otherwise} } }]`;

    expect(warningsOf(graded(', otherwise: P1'))).toEqual([
      expect.stringContaining(
        "alarms[0].grades.otherwise: A value that reaches no step is P1, worse than the first step's P2. Write P2 or a milder one",
      ),
    ]);
    expect(warningsOf(graded(', otherwise: P2'))).toEqual([]);
    expect(warningsOf(graded(''))).toEqual([]);
  });
});

describe('the value that is graded', () => {
  const graded = (source: string, value: string) =>
    errorsOf(
      `alarms: [{ match: a, when: { source: ${source} }, severity: P2, grades: { value: ${value}, steps: [{ above: 1, severity: P1 }] } }]`,
    );

  it.each([
    ['alertmanager', 'measurement', 'What alertmanager sends carries no measurement: name a query, or an annotation'],
    ['eventbridge', 'measurement', 'What eventbridge sends carries no measurement: name a query'],
    ['cloudwatch', '{ annotation: value }', 'What cloudwatch sends carries no annotations: name a query'],
  ])('has to come with what %s sends: not %s', (source, value, words) => {
    expect(graded(source, value)).toEqual([expect.stringContaining(`alarms[0].grades.value: ${words}`)]);
  });

  it('is in the unit of its query', () => {
    const graded = (unit: string) =>
      HEAD.replace('prometheus: "errors', 'unit: Share, prometheus: "errors').concat(
        `alarms: [{ match: a, severity: P2, grades: { value: { query: error-rate }, ${unit}steps: [{ above: 0.1, severity: P1 }] } }]`,
      );

    expect(errorsIn(graded('unit: Percent, '))).toEqual([
      expect.stringContaining('alarms[0].grades.unit: The query error-rate answers in Share, and nothing converts it'),
    ]);
    expect(errorsIn(graded('unit: Share, '))).toEqual([]);
    expect(read(graded(''))).toMatchObject({ service: { rules: [{ grades: { unit: 'Share' } }] } });
  });

  it.each([
    ['alertmanager', '{ annotation: value }'],
    ['alertmanager', '{ query: error-rate }'],
    ['cloudwatch', 'measurement'],
    ['event', 'measurement'],
    ['grafana', 'measurement'],
  ])('may come with what %s sends: %s', (source, value) => {
    expect(graded(source, value)).toEqual([]);
  });
});

describe('an environment', () => {
  it.each([
    [
      'a rule',
      'alarms: [{ match: a, severity: P1, environment: stagin }]',
      'alarms[0].environment: The environment stagin has no entry, so it has no addresses and no values. Did you mean staging?',
    ],
    [
      'a table of a rule',
      'alarms: [{ match: a, severity: P1, environment: { from: E, values: { "x*": test } } }]',
      'alarms[0].environment.values["x*"]: The environment test has no entry',
    ],
    [
      'a signal',
      'signals: [{ name: a, every: 1h, severity: P2, environment: test }]',
      'signals[0].environment: The environment test has no entry',
    ],
  ])('that %s names and that has no entry is odd', (_what, more, words) => {
    expect(errorsOf(more)).toEqual([]);
    expect(warningsOf(more)).toEqual([expect.stringContaining(words)]);
  });

  it('needs no entry where none has one', () => {
    const yaml = 'owner: a\nchannel: C01\nalarms: [{ match: a, severity: P1, environment: staging }]';

    expect(parseService(yaml, 'a.yml')).toMatchObject({ ok: true, warnings: [] });
  });

  it('has to have the address of a system that is asked', () => {
    expect(errorsIn(HEAD.replace('prometheus: "http://prometheus:9090", ', ''))).toEqual([
      expect.stringContaining(
        'checkout.yml:8 queries.error-rate.prometheus: No environment has an address of prometheus: write `environments.prod.prometheus`',
      ),
    ]);
  });
});

describe('a placeholder', () => {
  it.each([
    [
      'a link',
      'links: [{ label: a, url: "https://x.example/{board}" }]',
      'links[0].url: {board} has no value in any environment. Write one under `environments.prod.values`',
    ],
    [
      'a link twice',
      'links: [{ label: a, url: "{board}/1" }, { label: b, url: "{board}/2" }]',
      'links[0].url: {board} has no value',
    ],
  ])('has to have a value somewhere: %s', (_what, more, words) => {
    expect(errorsOf(more)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    [
      'a query',
      'error-rate: { prometheus: "up{job=\'{job_name}\'}" }',
      'queries.error-rate.prometheus: {job_name} has no value in any environment',
    ],
    [
      'within a query',
      'error-rate: { cloudwatch: { metrics: { m: { namespace: A, metric: B, dimensions: { Name: "{name}" } } } } }',
      'queries.error-rate.cloudwatch.metrics.m.dimensions.Name: {name} has no value',
    ],
  ])('has to have a value somewhere: %s', (_what, query, words) => {
    expect(errorsIn(HEAD.replace(/error-rate: .*/, query))).toEqual([expect.stringContaining(words)]);
  });

  it('has to have a value somewhere: a command', () => {
    const steps = "steps: [{ do: x, command: 'kubectl logs {pod}' }]";

    expect(errorsIn(HEAD.replace('title: Errors', `title: Errors, ${steps}`))).toEqual([
      expect.stringContaining('runbooks.server-errors.steps[0].command: {pod} has no value'),
    ]);
  });

  it('without a value where it is used is odd', () => {
    const elsewhere = HEAD.replace('values: { endpoint: checkout-staging }', 'region: eu-west-1');

    expect(errorsIn(elsewhere)).toEqual([]);
    expect(warningsIn(elsewhere)).toEqual([
      'checkout.yml:9 queries.status.endpoint: {endpoint} has no value in staging, so this cannot be used there. Write one under `environments.staging.values`',
    ]);
  });

  it('of one environment needs no value in the others', () => {
    const links = 'links: [{ label: Logs, url: "https://x.example/{group}" }]';
    const own = HEAD.replace('values: { endpoint: checkout-prod }', `values: { endpoint: a, group: b }, ${links}`);

    expect(errorsIn(own)).toEqual([]);
    expect(warningsIn(own)).toEqual([]);
  });

  it.each(['{service}', '{environment}', '${HOME}', '{{.Names}}', '{ print }'])('is no gap: %s', (text) => {
    const steps = `steps: [{ do: x, command: 'echo ${text}' }]`;

    expect(errorsIn(HEAD.replace('title: Errors', `title: Errors, ${steps}`))).toEqual([]);
  });
});

describe('an environment variable that is not set', () => {
  const yaml = HEAD.replace('"http://prometheus:9090"', '"${PROMETHEUS_URL}"').replace('checkout-prod', '"x-${STAGE}"');

  it('is told with what is off', () => {
    expect(warningsIn(yaml)).toEqual([
      'checkout.yml:5 environments.prod.prometheus: `PROMETHEUS_URL` is not set: queries of Prometheus cannot be asked in prod',
      'checkout.yml:5 environments.prod.values.endpoint: `STAGE` is not set: {endpoint} has no value in prod',
    ]);
  });

  it('stands in one line with the others of its kind, and none of them is left out', () => {
    const many = HEAD.replace('"http://prometheus:9090"', '"${PROD}"')
      .replace(
        'staging: { values: {',
        'staging: { prometheus: "${STAGING}", mlflow: "${MLFLOW}", values: { bucket: "${BUCKET}", table: "${TABLE}",',
      )
      .replace('endpoint: checkout-prod', 'endpoint: checkout-prod, table: "${TABLE}"');

    expect(warningsIn(many)).toEqual([
      'checkout.yml:5 environments.prod.prometheus: `PROD`, `STAGING` and `MLFLOW` are not set: queries of Prometheus cannot be asked in prod and staging; queries of MLflow cannot be asked in staging',
      'checkout.yml:5 environments.prod.values.table: `TABLE` and `BUCKET` are not set: {table} has no value in prod and staging; {bucket} has no value in staging',
    ]);
  });

  it('has to hold an address where one belongs, and what it holds is not repeated', () => {
    const result = parseService(yaml, 'checkout.yml', { PROMETHEUS_URL: 'user:hunter2@prometheus', STAGE: 'blue' });

    expect(result).toMatchObject({
      warnings: [expect.stringContaining('environments.prod.prometheus: `PROMETHEUS_URL` holds no web address')],
    });
    expect(JSON.stringify('warnings' in result && result.warnings)).not.toContain('hunter2');
  });

  it('leaves no half of a value behind, and one that is set takes its place', () => {
    expect(parseService(yaml, 'checkout.yml')).toMatchObject({
      ok: true,
      service: { environments: { prod: { prometheus: null, values: {} } } },
    });
    expect(parseService(yaml, 'checkout.yml', { PROMETHEUS_URL: 'http://p:9090', STAGE: 'blue' })).toMatchObject({
      ok: true,
      warnings: [],
      service: { environments: { prod: { prometheus: 'http://p:9090', values: { endpoint: 'x-blue' } } } },
    });
  });
});

function read(yaml: string): Parsed {
  return parseService(yaml, 'checkout.yml');
}

function errorsIn(yaml: string): readonly string[] {
  const result = read(yaml);
  return result.ok ? [] : result.problems;
}

function warningsIn(yaml: string): readonly string[] {
  const result = read(yaml);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.warnings;
}

function errorsOf(more: string): readonly string[] {
  return errorsIn(`${HEAD}${more}\n`);
}

function warningsOf(more: string): readonly string[] {
  return warningsIn(`${HEAD}${more}\n`);
}
