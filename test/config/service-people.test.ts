import { describe, expect, it } from 'vitest';
import { parseService } from '../../src/config/services.ts';
import type { Variables } from '../../src/config/variables.ts';

/** A Sunday. */
const NOW = Date.UTC(2026, 10, 22, 12);

/** Line 1 to 8 of every file here; what a test adds begins in line 9. */
const HEAD = `
owner: Payments
channel: C0PAY
environments:
  prod: { prometheus: "http://prometheus:9090" }
queries: { latency: { prometheus: latency } }
alarms: [{ id: down, match: down, severity: P1 }]

`;

const ONE_PERSON = 'rotations: { first-line: { layers: [{ members: [U0ANA, U0BEN], start: 2026-11-02 }] } }';
const PAGE = (steps: string) => `escalation: { paths: [{ name: page, steps: [${steps}] }] }`;
const L1 = '{ level: L1, notify: on-call }';

function problemsOf(more: readonly string[], variables: Variables = {}): readonly string[] {
  const result = parseService(`${HEAD}${more.join('\n')}\n`, 'checkout.yml', variables, NOW);
  return result.ok ? [] : result.problems;
}

function warningsOf(more: readonly string[], variables: Variables = {}): readonly string[] {
  const result = parseService(`${HEAD}${more.join('\n')}\n`, 'checkout.yml', variables, NOW);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.warnings;
}

describe('a role', () => {
  it('with people, a rotation or a group is somebody', () => {
    for (const who of [
      'people: U0ANA',
      'people: [U0ANA, U0BEN]',
      'rotation: first-line',
      'group: S0OPS',
      'alias: ops',
    ]) {
      expect(warningsOf([ONE_PERSON, `roles: { on-call: { title: On call, ${who} } }`, PAGE(L1)])).toEqual([]);
    }
  });

  it('cannot have a rotation that does not exist', () => {
    expect(problemsOf([ONE_PERSON, 'roles: { on-call: { title: On call, rotation: first-lin } }'])).toEqual([
      'checkout.yml:10 roles.on-call.rotation: There is no rotation first-lin in this file. Did you mean first-line? Write it under `rotations`, or name one of first-line',
    ]);
  });

  it('that names nobody is told with the levels that then reach nobody', () => {
    const steps = `${L1}, { level: L2, after: 5m, notify: [on-call, channel] }, { level: L3, after: 10m, notify: [on-call, lead] }`;

    expect(
      warningsOf(['roles:', '  lead: { title: Lead, people: U0ANA }', '  on-call: { title: On call }', PAGE(steps)]),
    ).toEqual([
      'checkout.yml:11 roles.on-call: on-call names nobody: nobody is told by L1 of page; only the channel is told by L2 of page; only some are told by L3 of page. Write `people`, `rotation` or `group`',
    ]);
  });

  it.each([
    ['group: S0OPS', 'sms', 'a user group is reached by sms'],
    ['group: S0OPS', '[call, mail]', 'a user group is reached by call or mail'],
    ['alias: ops', 'dm', 'an alias is reached by dm'],
  ])('that is nobody but a group (%s) and is told by %s reaches nobody', (who, via, words) => {
    const steps = `{ level: L1, notify: on-call, via: ${via} }`;

    expect(warningsOf([`roles: { on-call: { title: On call, ${who} } }`, PAGE(steps)])).toContain(
      `checkout.yml:10 escalation.paths[0].steps[0].notify[0]: on-call names no person, and nobody in ${words}. Add \`mention\` to \`via\`, or write \`people\` or \`rotation\` into the role`,
    );
    expect(
      warningsOf([`roles: { on-call: { title: On call, people: U0ANA, ${who} } }`, PAGE(steps)]).join('\n'),
    ).not.toContain('names no person');
  });

  it('that no step names may name nobody', () => {
    expect(warningsOf(['roles: { lead: { title: Lead } }'])).toEqual([]);
  });
});

describe('people whom variables name', () => {
  const file = [
    'roles:',
    '  on-call: { title: On call, rotation: first-line }',
    '  lead: { title: Lead, people: ["${LEAD}", "${DEPUTY}"] }',
    'rotations: { first-line: { layers: [{ members: ["${ON_CALL}"], start: 2026-11-02 }] } }',
    PAGE(`${L1}, { level: L2, after: 5m, notify: lead }, { level: L3, after: 10m, notify: all stakeholders }`),
  ];

  it('are told in one line where the variables are not set', () => {
    expect(warningsOf(file)).toEqual([
      'checkout.yml:11 roles.lead.people: `LEAD`, `DEPUTY` and `ON_CALL` are not set: on-call and lead name nobody; nobody is told by L1, L2 and L3 of page',
    ]);
  });

  it('are told where some are still there', () => {
    expect(warningsOf(file, { ON_CALL: 'U0ANA', LEAD: 'U0BEN' })).toEqual([
      'checkout.yml:11 roles.lead.people: `DEPUTY` is not set: somebody is missing here',
    ]);
    expect(warningsOf(file, { ON_CALL: 'U0ANA, U0BEN', LEAD: 'U0BEN', DEPUTY: 'U0CAT' })).toEqual([]);
  });

  it('are Slack user ids, and what is none is not repeated', () => {
    const warnings = warningsOf(file, { ON_CALL: 'U0ANA, ana@example.com', LEAD: 'U0BEN', DEPUTY: 'U0CAT' });

    expect(warnings).toEqual([
      expect.stringContaining(
        'rotations.first-line.layers[0].members: `ON_CALL` holds something that is no Slack user id',
      ),
    ]);
    expect(warnings.join()).not.toContain('ana@');
  });

  it('are told for a rotation that a step names by itself', () => {
    const direct = [file[3] ?? '', PAGE('{ level: L1, notify: { rotation: first-line } }')];

    expect(warningsOf(direct)).toEqual([expect.stringContaining('`ON_CALL` is not set: nobody is told by L1 of page')]);
  });
});

describe('a rotation', () => {
  const layer = (more: string) =>
    `rotations: { first-line: { zone: Europe/Berlin, layers: [{ members: [U0ANA], start: 2026-11-02, ${more} }] } }`;

  it('with a gap in the weeks to come is odd, and the gap is named', () => {
    expect(warningsOf([layer('until: 2026-12-01')])).toEqual([
      expect.stringMatching(/^checkout\.yml:9 rotations\.first-line\.layers: Nobody is on call from .*gaps: allowed/),
    ]);
    expect(warningsOf([layer('until: 2028-12-01')])).toEqual([]);
  });

  it('with two layers of one name is refused', () => {
    const two = '[{ name: a, members: [U0ANA], start: 2026-11-02 }, { name: a, members: [U0BEN], start: 2026-11-02 }]';

    expect(problemsOf([`rotations: { first-line: { layers: ${two} } }`])).toEqual([
      expect.stringContaining('checkout.yml:9 rotations.first-line.layers[1].name: Another layer of this rotation'),
    ]);
  });

  it('has its places in the file, also where a variable is several people', () => {
    const twice = 'rotations: { first-line: { layers: [{ members: ["${A}", U0ANA], start: 2026-11-02 }] } }';

    expect(warningsOf([twice], { A: 'U0BEN,U0ANA' })).toEqual([
      expect.stringContaining('rotations.first-line.layers[0].members: U0ANA is in this layer twice'),
    ]);
  });

  it('whose calendar has no address is told', () => {
    const calendar = ONE_PERSON.replace('layers:', 'calendar: { url: "${CALENDAR}" }, layers:');

    expect(warningsOf([calendar])).toEqual([
      'checkout.yml:9 rotations.first-line.calendar.url: `CALENDAR` is not set: the calendar is not read',
    ]);
  });
});

describe('a policy', () => {
  const roles = 'roles: { on-call: { title: On call, people: U0ANA } }';

  it.each([
    [
      'a role',
      '{ level: L1, notify: on-cal }',
      'steps[0].notify[0]: There is no role on-cal in this file. Did you mean on-call?',
    ],
    [
      'a rotation',
      '{ level: L1, notify: { rotation: second } }',
      'steps[0].notify[0].rotation: There is no rotation second',
    ],
    [
      'a query',
      '{ level: L1, notify: on-call, when: { value: { query: laten, above: 1 } } }',
      'steps[0].when.value.query: There is no query laten',
    ],
  ])('names what there is: %s', (_what, step, words) => {
    expect(problemsOf([roles, PAGE(step)])).toEqual([
      expect.stringContaining(`checkout.yml:10 escalation.paths[0].${words}`),
    ]);
  });

  it('names rules that there are', () => {
    const path = (rule: string) => `escalation: { paths: [{ for: { rule: ${rule} }, steps: [${L1}] }] }`;

    expect(problemsOf([roles, path('dwn')])).toEqual([
      expect.stringContaining(
        'escalation.paths[0].for.rule[0]: There is no rule with the id dwn in this file. Did you mean down?',
      ),
    ]);
    expect(problemsOf([roles, path('down')])).toEqual([]);
  });

  it('that is for other rules than the one that must wake somebody is odd', () => {
    const other = `escalation: { paths: [{ for: { class: drift }, steps: [${L1}] }] }`;
    const quiet = HEAD.replace('severity: P1 }', 'severity: P1, page: never }');

    expect(warningsOf([roles, other])).toEqual([
      'checkout.yml:7 alarms[0]: No path wakes anybody for down as P1 in prod. Write a path that is for it, or `page: never`',
    ]);
    expect(parseService(`${quiet}${roles}\n${other}\n`, 'checkout.yml', {}, NOW)).toMatchObject({ warnings: [] });
  });

  it('with a step that cannot be reached is odd', () => {
    const late = PAGE(`${L1}, { level: L9, notify: on-call, when: { severity: P3 } }`);

    expect(warningsOf([roles, late])).toEqual([expect.stringContaining('P3 wakes nobody, so this step never comes')]);
  });

  it('that goes on for ever is odd', () => {
    const long = PAGE(`{ level: L1, notify: on-call, repeat: { every: 1d, times: 30 } }`);

    expect(warningsOf([roles, long])).toEqual([expect.stringMatching(/goes on for \d+ days\. Write fewer `times`/)]);
  });

  it('with a way that is not set up says what becomes of each step', () => {
    const steps =
      '{ level: L1, notify: on-call }, { level: L2, notify: on-call, via: mail }, { level: L3, after: 5m, notify: on-call, via: [call, sms] }';

    expect(warningsOf([roles, PAGE(steps)])).toEqual([
      'checkout.yml:10 escalation.paths[0].steps[1].via: `MAIL_TOPIC_ARN` is not set: mail cannot be used; steps without another way: L2 of page',
      'checkout.yml:10 escalation.paths[0].steps[2].via: `CALL_TOPIC_ARN` is not set: call cannot be used; steps that go on to another way: L3 of page',
    ]);
    expect(warningsOf([roles, PAGE(steps)], { MAIL_TOPIC_ARN: 'arn:a', CALL_TOPIC_ARN: 'arn:b' })).toEqual([]);
  });

  it('with a key that is not set says so, and never what it holds', () => {
    const step = PAGE(`${L1}, { level: L2, after: 5m, notify: on-call, via: [{ pagerduty: "\${PD_KEY}" }, dm] }`);

    expect(warningsOf([roles, step])).toEqual([
      expect.stringContaining(
        '`PD_KEY` is not set: pagerduty cannot be used; steps that go on to another way: L2 of page',
      ),
    ]);
    expect(warningsOf([roles, step], { PD_KEY: 'secret' })).toEqual([]);
  });
});
