import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../src/config/service-warnings.ts';
import { parseService } from '../../src/config/services.ts';
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
    ['broken YAML', 'alarms: [', 5, /must be sufficiently indented/],
    ['a field that is there twice', 'owner: Other', 4, /unique/],
  ])('with %s is refused with the place and the mend', (_what, more, line, words) => {
    const problems = problemsOf(`${HEAD}${more}\n`);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^checkout.yml:${line} `));
    expect(problems[0]).toMatch(words);
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
  const rules = patterns.map((pattern) => `  - { match: "${pattern}", severity: P1 }`).join('\n');
  return parsed(`${HEAD}alarms:${rules === '' ? ' []' : `\n${rules}`}\n`, `${name}.yml`);
}

function fallback(one: Service): Service {
  return { ...one, fallback: true };
}
