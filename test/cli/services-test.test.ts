import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryFile } from '../../src/cli/services-test/try-cases.ts';
import { servicesTest } from '../../src/cli/services-test.ts';
import { parseService } from '../../src/config/services.ts';
import type { Service } from '../../src/domain/service.ts';
import { run } from './run.ts';

const SERVICE = `
owner: Payments
channel: C0PAY
responders: [U0ANA]
fallback: true
severities: { P1: { answer_within: 24h } }
queries:
  error-rate: { unit: Percent, prometheus: error_rate }
environments: { prod: { prometheus: "http://prometheus:9090" } }
alarms:
  - id: errors
    match: checkout-errors
    severity: P2
    title: Checkout fails
    grades:
      value: { query: error-rate }
      steps: [{ above: 2, severity: P1, advice: Roll back }, { above: 5, severity: P0 }]
      otherwise: P3
  - { id: lag, match: lag, severity: P2, page: never, opens_on_no_data: true }
  - id: report
    match: drift-report
    when: { source: event }
    severity: P3
    class: drift
    environment: { from: stage }
    grades: { steps: [{ at_least: 0.2, severity: P2 }] }
`;

describe('a case', () => {
  it.each([
    [
      'by name alone',
      'alert: { name: lag }',
      'severity: P2, rule: lag, page: nobody, runbook: none, state: firing, opens: true',
    ],
    [
      'by the value of a query',
      'alert: { name: checkout-errors }\n  values: { error-rate: 3 }',
      'severity: P1, advice: Roll back, page: any hour',
    ],
    [
      'by a value that reaches nothing',
      'alert: { name: checkout-errors }\n  values: { error-rate: 2 }',
      'severity: P3, page: nobody, advice: none',
    ],
    [
      'while the value is unknown',
      'alert: { name: checkout-errors }',
      'severity: P2, page: working hours, answer_within: none',
    ],
    [
      'in time',
      'alert: { name: checkout-errors }\n  values: { error-rate: 3 }\n  at: 2026-03-01T12:00:00+01:00',
      'answer_within: 1d, answer_by: 2026-03-02T11:00:00Z',
    ],
    [
      'a report that is fine',
      'alert: { source: event, name: drift-report, value: 0.1, report: true, labels: { stage: staging } }',
      'state: recovered, opens: false, environment: staging, class: drift',
    ],
    [
      'a report that is not',
      'alert: { source: event, name: drift-report, value: 0.2, report: true }',
      'state: firing, severity: P2, environment: prod',
    ],
    ['no data', 'alert: { name: lag, state: unknown }', 'opens: true, state: unknown'],
    ['nobody claims', 'alert: { name: other }', 'service: checkout, rule: none, title: other, environment: unknown'],
    [
      'as CloudWatch sends it',
      'message: { AlarmName: lag, NewStateValue: OK, StateChangeTime: 2026-03-01T12:00:00.000+0000 }',
      'rule: lag, state: recovered',
    ],
    ['as text', `message: '{"AlarmName":"lag","NewStateValue":"ALARM"}'`, 'rule: lag, state: firing'],
    [
      'as people write it to a topic',
      'message: "Help, the cache is gone"',
      'rule: none, title: "Help, the cache is gone"',
    ],
    [
      'as Alertmanager sends it',
      'message: { status: resolved, labels: { alertname: lag }, annotations: {}, startsAt: 2026-03-01T12:00:00Z, fingerprint: a1 }',
      'rule: lag, state: recovered',
    ],
    [
      'as Grafana sends it',
      'message: { orgId: 1, alerts: [{ status: firing, labels: { alertname: lag }, values: { B: 2 }, startsAt: 2026-03-01T12:00:00Z }] }',
      'rule: lag, state: firing',
    ],
    [
      'as a team of its own reports it',
      'message: { kind: report, name: drift-report, value: 0.3, labels: { stage: staging } }',
      'rule: report, state: firing, severity: P2, environment: staging',
    ],
  ])('is decided %s', (_what, given, expected) => {
    expect(tried(`- name: x\n  ${given}\n  expect: { ${expected} }\n`)).toMatchObject([
      { kind: 'decided', misses: [] },
    ]);
  });

  it('that comes out otherwise says what was expected and what was found', () => {
    expect(
      tried('- { name: x, alert: { name: lag }, expect: { severity: P1, page: any hour, rule: lag } }'),
    ).toMatchObject([
      {
        misses: [
          { field: 'severity', expected: 'P1', found: 'P2' },
          { field: 'page', expected: 'any hour', found: 'nobody' },
        ],
      },
    ]);
  });

  it('that answers a query which nobody asks is not tried', () => {
    expect(tried('- { name: x, alert: { name: lag }, values: { errors: 1 }, expect: { severity: P2 } }')).toEqual([
      { kind: 'untried', name: 'x', why: expect.stringContaining('The service checkout has no query errors') },
    ]);
  });

  it.each([
    [
      'of several alerts',
      '{ alerts: [{ labels: {}, status: firing }, { labels: { a: b }, status: firing }] }',
      'tells of several alerts',
    ],
    ['of no alert', '{ kind: change, name: checkout, summary: v42 }', 'tells of no alert'],
    ['that nobody sends', '{ hello: world }', 'This is no message that is known'],
    ['that its webhook would refuse', '{ kind: report, name: drift-report }', 'value is missing: a number'],
  ])('with a message %s is not tried', (_what, message, why) => {
    expect(tried(`- { name: x, message: ${message}, expect: { severity: P2 } }`)).toEqual([
      { kind: 'untried', name: 'x', why: expect.stringContaining(why) },
    ]);
  });
});

describe('a file of cases', () => {
  it.each([
    [
      'a field that does not exist',
      '- { name: x, alert: { nam: lag }, expect: { severity: P1 } }',
      /1 \[0\]\.alert\.nam: .*Did you mean name\?/,
    ],
    [
      'nothing that is expected',
      '- { name: x, alert: { name: lag }, expect: {} }',
      /\[0\]\.expect: Write at least one thing/,
    ],
    [
      'neither alert nor message',
      '- { name: x, expect: { severity: P1 } }',
      /\[0\]: Write exactly one of alert, message \(there is none\)/,
    ],
    [
      'a time without a unit',
      '- { name: x, alert: { name: lag }, expect: { answer_within: "15" } }',
      /answer_within: Write a duration/,
    ],
    ['no list', 'name: x', /:1 Write a list/],
  ])('with %s is refused with the place and the mend', (_what, yaml, words) => {
    const { problems, cases } = tryFile(yaml, 'checkout.yml', services);

    expect(cases).toEqual([]);
    expect(problems.join('\n')).toMatch(words);
  });
});

describe('services:test', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-cases-'));
    await mkdir(join(dir, 'tests'));
    await writeFile(join(dir, 'checkout.yml'), SERVICE);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('says what failed, what decided and which rules were never tried, and fails', async () => {
    await writeFile(
      join(dir, 'tests/checkout.yml'),
      [
        '- { name: Lag wakes nobody, alert: { name: lag }, expect: { page: nobody } }',
        '- { name: Errors page, alert: { name: checkout-errors }, values: { error-rate: 3 }, expect: { severity: P0 } }',
      ].join('\n'),
    );

    const { code, stdout } = await run('services-test', [dir]);

    expect(code).toBe(1);
    expect(stdout).toContain('✓ Lag wakes nobody');
    expect(stdout).toContain(
      '✗ Errors page\n      severity: expected P0, found P1\n      decided by checkout/errors, by the value 3',
    );
    expect(stdout).toContain('Rules that no case reaches:\n  checkout/report');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 cases: 1 as expected, 1 not; 1 rule without a case.');
  });

  it('fails without a single case, and says where to write one', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tocsin-cases-'));
    await writeFile(join(empty, 'checkout.yml'), SERVICE);

    expect(servicesTest(empty)).toEqual({ ok: false, text: expect.stringContaining('There are no cases') });
    await rm(empty, { recursive: true });
  });

  it('tries nothing on files that Tocsin would not take', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'tocsin-cases-'));
    await writeFile(join(broken, 'checkout.yml'), 'owner: x');

    expect(servicesTest(broken)).toEqual({ ok: false, text: expect.stringContaining('Nothing was tried') });
    await rm(broken, { recursive: true });
  });
});

const services: readonly Service[] = [parsed(SERVICE)];

function parsed(yaml: string): Service {
  const result = parseService(yaml, 'checkout.yml');
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.service;
}

function tried(yaml: string) {
  const { cases, problems } = tryFile(yaml, 'checkout.yml', services);
  expect(problems).toEqual([]);
  return cases;
}
