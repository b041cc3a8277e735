import { describe, expect, it } from 'vitest';
import { parseService } from '../../src/config/services.ts';

/** Line 1 to 16 of every file here; what a test adds begins in line 17. */
const HEAD = `
owner: Payments
channel: C0PAY
responders: [S0TEAM]
environments:
  prod: { prometheus: "http://prometheus:9090", values: { endpoint: checkout-prod } }
  staging: { prometheus: "http://prometheus:9090", values: { endpoint: checkout-staging } }
changes: ["checkout-*"]
roles:
  lead: { title: Lead, people: U0ANA }
  team: { title: Team, group: S0TEAM }
queries:
  error-rate: { prometheus: "errors / requests", expect: { below: 1 } }
  status: { endpoint: "{endpoint}" }
alarms: [{ id: api-errors, match: a, severity: P2 }]
actions:
`;
const ROLLBACK = 'rollback: { title: Roll back, sagemaker_rollback: { endpoint: "{endpoint}" }, heals: false';

function read(...lines: readonly string[]) {
  const parsed = parseService(`${HEAD}${lines.map((one) => `${one}\n`).join('')}`, 'checkout.yml', {});
  if (parsed.ok) return { errors: [], warnings: parsed.warnings };
  return { errors: parsed.problems, warnings: [] };
}
const withAction = (more: string, ...lines: readonly string[]) => read(`  ${ROLLBACK}${more} }`, ...lines);
const auto = (more: string) => `autopilot: [{ name: a, when: {}, action: rollback, ${more} }]`;

it('is silent about an action and a rule that fit together', () => {
  const more = ', verify: { queries: [error-rate] }, may: [lead, U0BEN], otherwise: other';
  const other = '  other: { title: Other, sagemaker_rollback: { endpoint: "{to}" }, heals: false }';
  const rule = auto(
    'when: { alarms: [api-errors] }, guards: [{ changed_within: 2h }, { query: error-rate, above: 1 }]',
  );
  expect(withAction(more, other, rule.replace('when: {}, ', ''))).toEqual({ errors: [], warnings: [] });
});

describe('a name that an action or a rule writes has to exist:', () => {
  it.each([
    [
      'what is proposed otherwise',
      ', otherwise: fallbck',
      [],
      'actions.rollback.otherwise: There is no action fallbck',
    ],
    [
      'what switches back',
      ', fallback: { banner: x, back: personal }',
      [],
      'actions.rollback.fallback.back: There is no action personal',
    ],
    [
      'a query that measures',
      ', verify: { queries: [eror-rate] }',
      [],
      'verify.queries[0]: There is no query eror-rate',
    ],
    ['who may ask', ', may: [leed]', [], 'may[0]: There is no role leed in this file. Did you mean lead?'],
    ['who may approve', ', approvers: [boss]', [], 'approvers[0]: There is no role boss'],
    [
      'what a rule does',
      '',
      ['autopilot: [{ name: a, when: {}, action: rolback }]'],
      'autopilot[0].action: There is no action rolback in this file. Did you mean rollback?',
    ],
    ['the query of a guard', '', [auto('guards: [{ query: x, above: 1 }]')], 'guards[0].query: There is no query x'],
    [
      'the alarms of a rule',
      '',
      ['autopilot: [{ name: a, when: { alarms: [api-error] }, action: rollback }]'],
      'when.alarms[0]: There is no alarm api-error in this file. Did you mean api-errors?',
    ],
    [
      'what a step of a runbook runs',
      '',
      ['runbooks: { errors: { title: Errors, steps: [{ action: Go back, run: revert }] } }'],
      'runbooks.errors.steps[0].run: There is no action revert',
    ],
  ] as const)('%s', (_what, more, lines, words) => {
    expect(withAction(more, ...lines).errors).toEqual([expect.stringContaining(words)]);
  });

  it('what a grade offers', () => {
    const steps = 'grades: { steps: [{ above: 1, severity: P1, offer: retrain }] }';
    const yaml = HEAD.replace('severity: P2', `severity: P2, ${steps}`);
    const parsed = parseService(`${yaml}  ${ROLLBACK} }\n`, 'checkout.yml', {});
    expect(parsed).toMatchObject({
      problems: [expect.stringContaining('alarms[0].grades.steps[0].offer: There is no action retrain')],
    });
  });
});

describe('is refused:', () => {
  it.each([
    [
      'a measurement that says nothing',
      ', verify: { queries: [status] }',
      '',
      'actions.rollback.verify.queries[0]: status has no expectation, so nothing says whether it has helped. Write `queries.status.expect`',
    ],
    [
      'more measurements than there is time for',
      ', verify: { queries: [error-rate], within: 1m, samples: 30 }',
      '',
      'actions.rollback.verify.within: 30 measurements, at least 5 s apart, do not fit into it, so it could never be said to have helped',
    ],
    [
      'an action that follows itself',
      ', otherwise: rollback',
      '',
      'otherwise: rollback did not help, and is proposed again',
    ],
    [
      'what is of high risk and done by itself',
      ', risk: high',
      auto('mode: run'),
      'autopilot[0].mode: The risk of rollback is high, and that takes two people. Write `mode: propose`',
    ],
    [
      'what must be told something and is done by itself',
      ', inputs: { city: { label: City } }',
      auto('mode: run'),
      'autopilot[0].mode: rollback must be told its city, and nobody is asked. Write `actions.rollback.inputs.city.default`',
    ],
    [
      'two rules of one name',
      '',
      'autopilot: [{ name: a, when: {}, action: rollback }, { name: a, when: {}, action: rollback }]',
      'autopilot[1].name: Another rule of the autopilot has this name',
    ],
  ])('%s', (_what, more, line, words) => {
    expect(withAction(more, line).errors).toEqual([expect.stringContaining(words)]);
  });

  it('a placeholder that nothing stands for, but for what people say', () => {
    const settings = (endpoint: string) => read(`  ${ROLLBACK.replace('{endpoint}', endpoint)} }`);
    expect(settings('{endpont}').errors).toEqual([
      expect.stringContaining(
        'actions.rollback.sagemaker_rollback.endpoint: {endpont} has no value in any environment',
      ),
    ]);
    expect(settings('{to}-{reference}').errors).toEqual([]);
    expect(withAction(', inputs: { city: { label: City } }').errors).toEqual([]);
  });
});

describe('is odd:', () => {
  it.each([
    [
      'a second person who is always the same',
      ', risk: high, approvers: [lead, U0ANA]',
      '',
      'actions.rollback.approvers: The risk of rollback is high, and nobody but U0ANA may approve it',
    ],
    [
      'a rule that never holds somewhere',
      ', environments: [staging]',
      auto('environments: [prod]'),
      'rollback is not for prod',
    ],
  ])('%s', (_what, more, line, words) => {
    expect(withAction(more, line)).toEqual({ errors: [], warnings: [expect.stringContaining(words)] });
  });

  it('what heals and is not measured', () => {
    expect(read(`  ${ROLLBACK.replace(', heals: false', '')} }`).warnings).toEqual([
      expect.stringContaining(
        'actions.rollback: rollback is meant to heal, and nothing measures whether it has. Write `verify`, or `heals: false`',
      ),
    ]);
  });

  it.each([
    ', risk: high, approvers: [team]',
    ', risk: high, approvers: [U0ANA, U0BEN]',
    ', risk: high',
  ])('is not where there is a second person: %s', (more) => {
    expect(withAction(more).warnings).toEqual([]);
  });

  it('a rule that asks for changes where none are known', () => {
    const yaml = HEAD.replace('changes: ["checkout-*"]', 'links: []');
    const parsed = parseService(`${yaml}  ${ROLLBACK} }\n${auto('guards: [{ changed_within: 2h }]')}\n`, 'c.yml', {});
    expect(parsed).toMatchObject({
      warnings: [expect.stringContaining('autopilot[0].guards[0]: Nothing says what belongs to this service')],
    });
  });

  it('a placeholder that has no value where the action can be done', () => {
    const yaml = HEAD.replace('values: { endpoint: checkout-staging }', 'links: []').replace(
      '  status: { endpoint: "{endpoint}" }\n',
      '',
    );
    const warnings = (more: string) => {
      const parsed = parseService(`${yaml}  ${ROLLBACK}${more} }\n`, 'c.yml', {});
      return parsed.ok ? parsed.warnings : parsed.problems;
    };
    expect(warnings('')).toEqual([expect.stringContaining('{endpoint} has no value in staging')]);
    expect(warnings(', environments: [prod]')).toEqual([]);
  });

  it('a secret that is not set', () => {
    const hook =
      '  hook: { title: Hook, webhook: { url: "https://x.example", secret: "${HOOK_SECRET}" }, heals: false }';
    expect(read(hook).warnings).toEqual([
      expect.stringContaining('actions.hook.webhook: `HOOK_SECRET` is not set: hook cannot be run'),
    ]);
  });
});
