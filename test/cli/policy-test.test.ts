import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePolicyTestArguments } from '../../src/cli/policy-test/arguments.ts';
import { linesApart } from '../../src/cli/policy-test/lines-apart.ts';
import { timetable } from '../../src/cli/policy-test/show.ts';
import { tryPolicyFile } from '../../src/cli/policy-test/try-cases.ts';
import { parseService } from '../../src/config/services.ts';
import type { Service } from '../../src/domain/service.ts';
import { run } from './run.ts';

const SERVICE = `
owner: Payments
channel: C0PAY
responders: [U0ANA]
fallback: true
calendar: { zone: Europe/Berlin, from: "09:00", to: "17:00", holidays: [2026-12-25] }
queries: { latency: { prometheus: latency } }
environments: { prod: { prometheus: "http://prometheus:9090" } }
roles:
  on-call: { title: On call, rotation: first-line }
  lead: { title: Lead, people: U0CAT }
rotations:
  first-line: { layers: [{ members: [U0ANA, U0BEN], start: 2026-11-02, at: "09:00" }] }
escalation:
  paths:
    - name: page
      for: { severity: [P0, P1] }
      steps:
        - { level: L1, notify: on-call, via: [dm, mention] }
        - { level: L2, after: 10m, notify: [lead, channel], via: [sms, mention] }
      end: nothing
    - name: warn
      for: { severity: P2 }
      steps: [{ level: L1, notify: on-call }]
      end: nothing
    - name: slow
      steps: [{ level: L2, notify: lead, until: resolved, when: { value: { query: latency, above: 500, for: 5m } } }]
      end: nothing
alarms:
  - { id: down, match: down, severity: P1 }
  - { id: lag, match: lag, severity: P2 }
  - { id: other, match: staging-*, severity: P1, environment: staging }
`;

describe('a policy case', () => {
  it.each([
    ['nobody does anything', 'alert: { name: down }', ['0:00 L1 on-call by dm', '0:10 L2 lead by sms and the channel']],
    ['somebody acknowledges', 'alert: { name: down }\n  happens: [{ after: 9m, do: ack }]', ['0:00 L1 on-call by dm']],
    [
      'its alarm recovers',
      'alert: { name: down }\n  happens: [{ after: 9m, alert: { name: down, state: recovered } }]',
      ['0:00 L1 on-call by dm'],
    ],
    [
      'it waits for working hours',
      'alert: { name: lag }\n  at: 2026-11-25T03:30:15+01:00\n  for: 8h',
      ['5:29:45 L1 on-call by dm'],
    ],
    [
      'it waits over a holiday and a weekend',
      'alert: { name: lag }\n  at: 2026-12-24T18:00:00+01:00\n  for: 5d',
      ['87:00 L1 on-call by dm'],
    ],
    [
      'a value lasts',
      'alert: { name: lag }\n  at: 2026-11-25T03:00:00+01:00\n  happens: [{ after: 1m, values: { latency: 501 } }, { after: 7m, do: resolve }]',
      [],
    ],
    [
      'a severity is chosen',
      'alert: { name: lag }\n  at: 2026-11-25T03:00:00+01:00\n  happens: [{ after: 1m, do: severity P1, by: U0BEN }, { after: 2m, do: resolve }]',
      ['0:01 L1 on-call by dm'],
    ],
    ['it is declared', 'declared: { service: checkout, severity: P1 }\n  for: 1m', ['0:00 L1 on-call by dm']],
    [
      'it comes as its source sends it',
      'message: { AlarmName: down, NewStateValue: ALARM }\n  for: 1m',
      ['0:00 L1 on-call by dm'],
    ],
  ])('says whom it tells when %s', (_what, given, expected) => {
    expect(lived(given, expected)).toEqual(expected.map((line) => ({ line, kind: 'same' })));
  });

  it('that comes out otherwise says what was expected and what was found', () => {
    expect(lived('alert: { name: down }', ['0:00 L1 on-call by sms', '0:10 L2 lead by sms and the channel'])).toEqual([
      { line: '0:00 L1 on-call by sms', kind: 'missing' },
      { line: '0:00 L1 on-call by dm', kind: 'unexpected' },
      { line: '0:10 L2 lead by sms and the channel', kind: 'same' },
    ]);
  });

  it.each([
    [
      'whose click would be refused',
      'alert: { name: down }\n  happens: [{ after: 1m, do: confirm }]',
      '“confirm” would be refused: Nobody has INC-1',
    ],
    [
      'with an alert that opens nothing',
      'alert: { name: down, state: recovered }',
      'The alert is recovered, and opens no incident',
    ],
    [
      'with an alert of another environment',
      'alert: { name: down }\n  happens: [{ after: 1m, alert: { name: staging-a } }]',
      'staging-a would open an incident of its own',
    ],
    [
      'with an alert that comes too late to join',
      'alert: { name: down }\n  happens: [{ after: 3h, alert: { name: lag } }]',
      'lag would open an incident of its own',
    ],
    [
      'with a query that nobody asks',
      'alert: { name: down }\n  values: { lag: 1 }',
      'The service checkout has no query lag',
    ],
    ['of a service that is not there', 'declared: { service: cart, severity: P1 }', 'There is no service cart'],
  ])('%s is not tried', (_what, given, why) => {
    expect(tried(given, [])).toMatchObject({ kind: 'untried', why: expect.stringContaining(why) });
  });

  it.each([
    [
      'a click that there is not',
      '[{ name: x, alert: { name: down }, happens: [{ after: 1m, do: sleep }], expect: [] }]',
      /happens\[0\]\.do: Write one of ack, assign/,
    ],
    [
      'two things at once',
      '[{ name: x, alert: { name: down }, happens: [{ after: 1m, do: ack, values: {} }], expect: [] }]',
      /Write exactly one of do, alert, message, values/,
    ],
    [
      'a line that is none',
      '[{ name: x, alert: { name: down }, expect: [L1 on-call] }]',
      /expect\[0\]: Write the time since the beginning/,
    ],
    ['no alert', '[{ name: x, expect: [] }]', /Write exactly one of alert, message, declared \(there is none\)/],
  ])('with %s is refused with the place and the mend', (_what, yaml, words) => {
    expect(tryPolicyFile(yaml, 'checkout.yml', services).problems.join('\n')).toMatch(words);
  });
});

describe('two lists of lines', () => {
  it('as one have all lines of both, each in its order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

    fc.assert(
      fc.property(lines, lines, (expected, found) => {
        const apart = linesApart(expected, found);
        const without = (kind: string) => apart.filter((one) => one.kind !== kind).map(({ line }) => line);

        expect(without('unexpected')).toEqual(expected);
        expect(without('missing')).toEqual(found);
      }),
    );
  });
});

describe('the timetable of a rule', () => {
  const at = Date.UTC(2026, 10, 21, 2); // Saturday, 3 in the night in Berlin
  const table = (service: string, rule: string, severity: 'P0' | null = null) => {
    const shown = timetable({ service, rule, severity, at }, services);
    return shown.ok ? shown.value : shown.rejection.message;
  };

  it('says when who is told how, and unless what', () => {
    expect(table('checkout', 'down').split('\n')).toEqual([
      'checkout/down: P1 in prod, from Sat 21 Nov 2026 03:00 (Europe/Berlin) on, if nobody does anything',
      '',
      '  0:00  Sat 21 Nov 2026 03:00  L1  on-call (U0ANA)            dm, else mention   unless acknowledged',
      '  0:10  Sat 21 Nov 2026 03:10  L2  lead (U0CAT), the channel  sms, else mention  unless acknowledged',
      '',
      'And, when it is so:',
      '  warn/L1.1  on-call  dm, else mention  for P2',
      '  slow/L2.1  lead     dm, else mention  when latency above 500 for 5m',
      '',
    ]);
  });

  it('waits for Monday with a warning, and knows who is on call by then', () => {
    expect(table('checkout', 'lag')).toContain('54:00  Mon 23 Nov 2026 09:00  L1  on-call (U0BEN)');
  });

  it('is that of another severity when asked', () => {
    expect(table('checkout', 'lag', 'P0')).toContain('0:00  Sat 21 Nov 2026 03:00  L1  on-call (U0ANA)');
  });

  it('needs a service and a rule that there are', () => {
    expect(table('checkuot', 'down')).toBe('There is no service checkuot. Did you mean checkout?');
    expect(table('checkout', 'dwn')).toBe('There is no rule dwn. Did you mean down?');
  });
});

describe('policy:test', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-policies-'));
    await mkdir(join(dir, 'tests/policies'), { recursive: true });
    await writeFile(join(dir, 'checkout.yml'), SERVICE);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('says what differs and which steps were never tried, and fails', async () => {
    await writeFile(
      join(dir, 'tests/policies/checkout.yml'),
      '- { name: Lag at noon, alert: { name: lag }, expect: ["0:00 L1 on-call by dm"] }\n- { name: Down, alert: { name: down }, expect: ["0:00 L1 lead by dm"] }\n',
    );

    const { code, stdout } = await run('policy-test', ['--services', dir]);

    expect(code).toBe(1);
    expect(stdout).toContain('✓ Lag at noon');
    expect(stdout).toContain(
      '✗ Down\n      - 0:00 L1 lead by dm\n      + 0:00 L1 on-call by dm\n      + 0:10 L2 lead by sms and the channel',
    );
    expect(stdout).toContain('Steps that tell nobody in any case:\n  checkout/slow/L2.1');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 cases: 1 as expected, 1 not; 1 step without a case.');
  });

  it('shows a rule by the local time of its service', async () => {
    const { code, stdout } = await run('policy-test', [
      '--services',
      dir,
      '--show',
      'checkout',
      'down',
      '--at',
      '2026-11-21T03:00',
    ]);

    expect(code).toBe(0);
    expect(stdout).toContain('0:00  Sat 21 Nov 2026 03:00  L1  on-call (U0ANA)');
  });

  it('says where to write cases when there are none', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tocsin-policies-'));
    await writeFile(join(empty, 'checkout.yml'), SERVICE);

    const { code, stdout } = await run('policy-test', ['--services', empty]);

    expect(code).toBe(1);
    expect(stdout).toContain('There are no cases: write some into');
    await rm(empty, { recursive: true });
  });

  it.each([
    [['--show', 'checkout'], 'Name the service and one rule'],
    [['--show', 'checkout', 'down', '--replay', 'a'], 'Write either --show or --replay'],
    [['--show', 'checkout', 'down', '--at', 'noon'], '--at takes a local time'],
    [['--show', 'checkout', 'down', '--severity', 'high'], '--severity takes P0, P1, P2, P3'],
    [['--replay', 'a', '--since', 'yesterday'], '--since takes a span'],
    [['--since', '30d'], '--since belongs to --replay'],
    [['checkout'], 'Nothing is done with checkout'],
    [['--what'], "Unknown option '--what'"],
  ])('refuses %j', (args, words) => {
    expect(parsePolicyTestArguments(args)).toMatchObject({
      ok: false,
      rejection: { message: expect.stringContaining(words), hint: expect.stringContaining('npm run policy:test') },
    });
  });
});

const services: readonly Service[] = [parsed(SERVICE)];

function parsed(yaml: string): Service {
  const result = parseService(yaml, 'checkout.yml', {}, Date.UTC(2026, 10, 21));
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.service;
}

function tried(given: string, expected: readonly string[]) {
  const { cases, problems } = tryPolicyFile(
    `- name: x\n  ${given}\n  expect: ${JSON.stringify(expected)}\n`,
    'checkout.yml',
    services,
  );
  expect(problems).toEqual([]);
  return cases[0];
}

function lived(given: string, expected: readonly string[]) {
  const one = tried(given, expected);
  return one?.kind === 'lived' ? one.lines : one;
}
