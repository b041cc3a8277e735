import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../src/config/service-warnings.ts';
import { checkServices, parseService, readServices } from '../../src/config/services.ts';
import { globMatches } from '../../src/domain/glob.ts';
import type { Service } from '../../src/domain/service.ts';

const HEAD = 'owner: Payments\nchannel: C0PAY\nresponders: [U0ANA]\n';

describe('a service file', () => {
  it('needs an owner and a channel, and has a default for the rest', () => {
    const service = parsed(HEAD, 'checkout.yml');

    expect(service).toMatchObject({
      name: 'checkout',
      title: 'checkout',
      rules: [],
      fallback: false,
      groupingMs: 600_000,
      recovery: { end: 'resolve', watchMs: 300_000 },
    });
  });

  it.each([
    [
      'a field that does not exist',
      'chanel: C1',
      4,
      /chanel: There is no such field\. Did you mean channel\? Here may stand: title, owner/,
    ],
    [
      'a field of a rule that does not exist',
      'alarms:\n  - { match: a, severity: P1, tilte: b }',
      5,
      /alarms\[0\]\.tilte/,
    ],
    ['a rule without a severity', 'alarms:\n  - match: a', 5, /alarms\[0\]\.severity: This is missing\. How bad it is/],
    ['an unknown severity', 'alarms:\n  - match: a\n    severity: P9', 6, /severity: Write one of P0, P1, P2, P3/],
    ['a rule that matches nothing', 'alarms:\n  - { match: [], severity: P1 }', 5, /match: Write at least one entry/],
    ['a number for a title', 'title: 404', 4, /title: Write text; put it in quotes/],
    ['a duration without a unit', 'grouping: "10"', 4, /grouping: Write a duration as a number and a unit/],
    ['a link to a file', 'links: [{ label: x, url: "file:///etc" }]', 4, /links\[0\]\.url: A web address/],
    [
      'two forms of a step',
      'alarms: [{ match: a, severity: P1, grades: { steps: [{ above: 1, below: 2, severity: P1 }] } }]',
      4,
      /alarms\[0\]\.grades\.steps\[0\]: Write exactly one of above, at_least, below, at_most \(there are above and below\)/,
    ],
    [
      'a step without a limit',
      'alarms: [{ match: a, severity: P1, grades: { steps: [{ severity: P1 }] } }]',
      4,
      /steps\[0\]: Write exactly one of .* \(there is none\)/,
    ],
    [
      'a limit in words',
      'alarms: [{ match: a, severity: P1, grades: { steps: [{ above: "1 %", severity: P1 }] } }]',
      4,
      /steps\[0\]\.above: Write a number \(there is text\)/,
    ],
    [
      'a query of two kinds',
      'queries:\n  rate: { prometheus: up, endpoint: a }',
      5,
      /queries\.rate: Write exactly one of cloudwatch, logs, .* \(there are prometheus and endpoint\)/,
    ],
    [
      'a query of a kind that does not exist',
      'queries:\n  rate:\n    promql: up',
      6,
      /queries\.rate\.promql: There is no such field\. Here may stand: label, unit/,
    ],
    [
      'a mistake within a query',
      'queries:\n  logs:\n    logs: { groups: [], query: x }',
      6,
      /queries\.logs\.logs\.groups: Write at least one entry/,
    ],
    [
      'several metrics and no expression',
      'queries:\n  rate:\n    cloudwatch: { metrics: { a: { namespace: N, metric: A }, b: { namespace: N, metric: B } } }',
      6,
      /queries\.rate\.cloudwatch: Write `expression`: what a, b come to/,
    ],
    [
      'a name that cannot be typed',
      'queries:\n  Error Rate: { prometheus: up }',
      5,
      /queries\["Error Rate"\]: "Error Rate" cannot be a name here\. Lower-case letters/,
    ],
    [
      'a list where names belong',
      'runbooks: [{ title: a }]',
      4,
      /runbooks: Write fields, each as `name: value` \(there is a list\)/,
    ],
    [
      'an environment that is a list',
      'alarms: [{ match: a, severity: P1, environment: [prod] }]',
      4,
      /alarms\[0\]\.environment: Lower-case letters, digits and dashes, such as prod; or \{ from/,
    ],
    [
      'a mistake in a table of environments',
      'alarms: [{ match: a, severity: P1, environment: { from: E, valus: {} } }]',
      4,
      /alarms\[0\]\.environment\.valus: There is no such field\. Did you mean values\?/,
    ],
    [
      'an environment of a table that is none',
      'alarms: [{ match: a, severity: P1, environment: { from: E, values: { "x*": PROD } } }]',
      4,
      /alarms\[0\]\.environment\.values\["x\*"\]: Lower-case letters/,
    ],
    [
      'a graded value from nowhere',
      'alarms: [{ match: a, severity: P1, grades: { value: metric, steps: [{ above: 1, severity: P1 }] } }]',
      4,
      /grades\.value: Write measurement, \{ annotation: name \} or \{ query: name \}/,
    ],
    [
      'a check without a query',
      'runbooks: { a: { title: A, steps: [{ check: Well? }] } }',
      4,
      /runbooks\.a\.steps\[0\]: A check, and only a check, names a query/,
    ],
    [
      'an action without its name',
      'runbooks: { a: { title: A, steps: [{ action: Roll back }] } }',
      4,
      /steps\[0\]: An action, and only an action, says what to run/,
    ],
    [
      'an answer time in words',
      'severities: { P1: { answer_within: soon } }',
      4,
      /severities\.P1\.answer_within: Write a duration \(15m, 4h\), or: next business day/,
    ],
    [
      'a level that does not exist',
      'severities: { P4: { means: x } }',
      4,
      /severities\.P4: There is no such field\. Did you mean P0\? Here may stand: P0/,
    ],
    [
      'a zone that does not exist',
      'calendar: { zone: Europe/Berln }',
      4,
      /calendar\.zone: An IANA time zone, such as Europe\/Berlin/,
    ],
    [
      'work that ends before it begins',
      'calendar: { from: "17:00", to: "09:00" }',
      4,
      /calendar: Work ends after it begins/,
    ],
    [
      'a day off that is no date',
      'calendar: { holidays: [Christmas] }',
      4,
      /calendar\.holidays\[0\]: A date such as 2026-12-25/,
    ],
    [
      'a base address that is none',
      'environments: { prod: { prometheus: prometheus:9090 } }',
      4,
      /environments\.prod\.prometheus: A web address .*or \$\{NAME\}/,
    ],
    [
      'a value that is a number',
      'environments: { prod: { values: { port: 8080 } } }',
      4,
      /environments\.prod\.values\.port: Write text; put it in quotes/,
    ],
    [
      'a signal that may come whenever it likes',
      'signals: [{ name: a, severity: P1 }]',
      4,
      /signals\[0\]\.every: This is missing\. How often it is expected/,
    ],
    [
      'too many queries on a card',
      'evidence: { show: [a, b, c, d, e, f, g] }',
      4,
      /evidence\.show: Write at most 6 entries/,
    ],
    [
      'nothing after a name',
      'runbooks:\n  errors:',
      5,
      /runbooks\.errors: Write fields, each as `name: value` \(there is nothing\)/,
    ],
    ['broken YAML', 'alarms: [', 5, /This is not YAML: .*must be sufficiently indented.* stands in quotes/],
    ['a field that is there twice', 'owner: Other', 4, /unique: keep one of the two/],
  ])('with %s is refused with the place and the mend', (_what, more, line, words) => {
    const problems = problemsOf(`${HEAD}${more}\n`);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^checkout.yml:${line} `));
    expect(problems[0]).toMatch(words);
  });

  it('that is a list is told what it should be', () => {
    expect(problemsOf('- owner: a')).toEqual([
      expect.stringContaining('checkout.yml:1 Write fields, each as `name: value`'),
    ]);
  });

  it('that would fill the memory is refused', () => {
    const lists = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (i) =>
        `  - &l${i} [${Array(10)
          .fill(`*l${i - 1}`)
          .join(', ')}]`,
    );

    expect(problemsOf(`title:\n  - &l0 [a]\n${lists.join('\n')}\n`)).toEqual([
      expect.stringContaining('Write it without so many aliases'),
    ]);
  });

  it('that is empty is told what it needs', () => {
    const problems = problemsOf('');

    expect(problems.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      ...['checkout.yml:1 owner', 'checkout.yml:1 channel'],
    ]);
  });

  it('is named so that people can type the name', () => {
    expect(parseService(HEAD, 'Check Out.yml')).toMatchObject({ ok: false });
  });
});

describe('a folder of service files', () => {
  it('is told everything at once, file by file, and nothing else in it is read', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tocsin-services-'));
    await writeFile(join(dir, 'a.yml'), `${HEAD}fallback: true\nevidence: { show: [nothing] }\n`);
    await writeFile(join(dir, 'b.yml'), `${HEAD}fallback: true\nenvironments: { prod: { prometheus: "\${PROM}" } }\n`);
    await writeFile(join(dir, 'c.yaml'), `${HEAD}fallback: true\n`);
    await writeFile(join(dir, 'notes.txt'), 'none of this');
    await mkdir(join(dir, 'folder.yml'));

    const { services, problems, warnings } = checkServices(dir);

    expect(services.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(problems).toEqual([
      expect.stringContaining('a.yml:5 evidence.show[0]: There is no query nothing'),
      expect.stringContaining('folder.yml cannot be read'),
      expect.stringContaining('Only one service can be the fallback, but b and c say so'),
    ]);
    expect(warnings).toEqual([expect.stringContaining('b.yml:5 environments.prod.prometheus: `PROM` is not set')]);
    expect(() => readServices(dir)).toThrow(/a\.yml:5[\s\S]*folder\.yml/);
    await rm(dir, { recursive: true });
  });
});

describe('the warnings about service files', () => {
  it('say where alarms go that nobody claims', () => {
    expect(warningsOf([service('a', ['x'])])).toEqual([expect.stringMatching(/No service is the fallback.* go to a/)]);
    expect(warningsOf([fallback(service('a', ['x']))])).toEqual([]);
  });

  it.each([
    ['the same again', ['api-*', 'api-*']],
    ['a name that a star took', ['api-*', 'api-5xx']],
    ['a narrower star', ['*', 'api-*']],
    ['a star within a star', ['api-*-prod', 'api-x*y-prod']],
  ])('name a pattern that can never match: %s', (_what, patterns) => {
    const warnings = warningsOf([fallback(service('a', patterns))]);

    expect(warnings).toEqual([expect.stringContaining(`a alarms[1]: ${patterns[1]} can never match`)]);
  });

  it.each([
    ['the narrower first', ['api-5xx', 'api-*']],
    ['two that overlap', ['api-*', '*-prod']],
    ['a longer name', ['api', 'api-5xx']],
  ])('are silent about %s', (_what, patterns) => {
    expect(warningsOf([fallback(service('a', patterns))])).toEqual([]);
  });

  it('name two services that claim the same', () => {
    const warnings = warningsOf([fallback(service('a', ['api-*'])), service('b', ['api-*'])]);

    expect(warnings).toEqual([expect.stringContaining('a and b both claim api-*: a gets it')]);
  });

  it('never call a pattern dead that takes a name which the one before it does not', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });

    fc.assert(
      fc.property(pattern, pattern, name, (first, second, text) => {
        const isDead = warningsOf([fallback(service('s', [first, second]))]).length > 0;

        return !(isDead && globMatches(second, text) && !globMatches(first, text));
      }),
    );
  });

  it.each([
    [
      'a rule with conditions',
      '{ match: "*", when: { source: event }, severity: P1 }',
      '{ match: api, severity: P1 }',
      0,
    ],
    [
      'other conditions',
      '{ match: "*", when: { source: event }, severity: P1 }',
      '{ match: api, when: { source: grafana }, severity: P1 }',
      0,
    ],
    [
      'a label that the later one does not ask for',
      '{ match: "api*", when: { labels: { team: a } }, severity: P1 }',
      '{ match: api, when: { labels: { stage: b } }, severity: P1 }',
      0,
    ],
    [
      'a narrower label',
      '{ match: api, when: { labels: { team: "a-*" } }, severity: P1 }',
      '{ match: api, when: { labels: { team: "*" } }, severity: P1 }',
      0,
    ],
    [
      'the same conditions',
      '{ match: "*", when: { source: event }, severity: P1 }',
      '{ match: api, when: { source: event }, severity: P1 }',
      1,
    ],
    [
      'wider conditions',
      '{ match: "*", when: { labels: { team: "a*" } }, severity: P1 }',
      '{ match: api, when: { metric: m, labels: { team: ab } }, severity: P1 }',
      1,
    ],
    ['no conditions', '{ match: "a*", severity: P2 }', '{ match: api, when: { namespace: n }, severity: P1 }', 1],
  ])('count what a rule asks for beside the name: %s before', (_what, first, second, dead) => {
    const one = fallback(parsed(`${HEAD}alarms:\n  - ${first}\n  - ${second}\n`, 'a.yml'));

    expect(warningsOf([one]).filter((words) => words.includes('can never match'))).toHaveLength(dead);
  });

  it('name a rule that takes everything, unless it is the one for that', () => {
    const greedy = service('a', ['*']);

    expect(warningsOf([greedy, fallback(service('b', []))])).toEqual([
      expect.stringContaining('a alarms[0]: takes every alarm'),
    ]);
    expect(warningsOf([fallback(greedy)])).toEqual([]);
  });

  it('name a signal that two services expect in one environment', () => {
    const expecting = (name: string, environment: string) =>
      parsed(`${HEAD}signals: [{ name: pulse, every: 1h, severity: P2, environment: ${environment} }]`, `${name}.yml`);

    expect(warningsOf([fallback(expecting('a', 'prod')), expecting('b', 'prod')])).toEqual([
      expect.stringContaining('a and b both expect the signal pulse in prod'),
    ]);
    expect(warningsOf([fallback(expecting('a', 'prod')), expecting('b', 'staging')])).toEqual([]);
  });

  it('name services with something critical and without a policy: nobody is paged', () => {
    const critical = (name: string, rule: string) =>
      parsed(`${HEAD}alarms: [{ match: ${name}, ${rule} }]`, `${name}.yml`);
    const silent = [
      fallback(critical('a', 'severity: P1')),
      critical('b', 'severity: P3, grades: { steps: [{ above: 1, severity: P3 }, { above: 2, severity: P0 }] }'),
      critical('c', 'severity: P1, page: never'),
      critical('d', 'severity: P2'),
    ];

    expect(warningsOf(silent)).toEqual([expect.stringContaining('`escalation` is missing in a, b: nobody is paged')]);
  });

  it('name a service where everybody may act', () => {
    const open = { ...fallback(service('a', [])), responders: [] };

    expect(warningsOf([open])).toEqual([expect.stringContaining('`responders` is empty')]);
  });
});

function parsed(yaml: string, file: string): Service {
  const result = parseService(yaml, file);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.service;
}

function problemsOf(yaml: string): readonly string[] {
  const result = parseService(yaml, 'checkout.yml');
  return result.ok ? [] : result.problems;
}

function service(name: string, patterns: readonly string[]): Service {
  const rules = patterns.map((pattern) => `  - { match: "${pattern}", severity: P2 }`).join('\n');
  return parsed(`${HEAD}alarms:${rules === '' ? ' []' : `\n${rules}`}\n`, `${name}.yml`);
}

function fallback(one: Service): Service {
  return { ...one, fallback: true };
}
