import { describe, expect, it } from 'vitest';
import type { Path, Policy } from '../../src/domain/policy.ts';
import { lintPolicy } from '../../src/domain/policy-lint.ts';
import { CHANNEL, DM, HOUR, MAIL, OFFICE, path, policy, role, SMS, step } from './escalation-given.ts';

const KNOWN = {
  roles: ['on-call', 'lead', 'manager'],
  rotations: ['first-line'],
  queries: ['latency'],
  rules: ['api-down'],
  pagesAlways: false,
};

function found(of: Policy, more: Partial<typeof KNOWN> = {}): string[] {
  return lintPolicy(of, { ...KNOWN, ...more }).map(
    ({ path: place, words, isError }) => `${isError ? 'error' : 'warning'} at ${place.join('.')}: ${words}`,
  );
}

const scope = (severities: Path['scope']['severities']) => ({ ...path([]).scope, severities });
const FIRST = step('page/L1.1');
/** A policy that is well, with one more step. */
const withStep = (one: Parameters<typeof step>[1], more: Partial<Path> = {}) =>
  policy([path([FIRST]), path([step('x/L2.1', one)], { name: 'x', ...more })]);

describe('a policy', () => {
  it('that is well is not spoken of', () => {
    expect(found(policy([path([FIRST, step('page/L2.1', { after: 15, notify: [role('lead')] })])]))).toEqual([]);
  });

  it('that never begins for what must wake somebody', () => {
    expect(found(policy([path([FIRST], { scope: scope(['P1']) })]))).toEqual([
      'warning at paths: P0 wakes nobody: the policy never begins for it. Write a step for P0 that tells a person by dm, mention, sms, call, sns or pagerduty',
    ]);
  });

  it('that begins late', () => {
    expect(found(policy([path([step('page/L1.1', { after: 15 })])]))).toEqual([
      'warning at paths: For P0 the first one is woken after 15m. Write `after: at once` into the first step',
      'warning at paths: For P1 the first one is woken after 15m. Write `after: at once` into the first step',
    ]);
  });

  it('with two paths of one name', () => {
    expect(found(policy([path([FIRST]), path([FIRST])]))).toEqual([
      'error at paths.1.name: Another path is called page: nobody could tell whose step it was. Give it a name of its own',
    ]);
  });
});

describe('a user group', () => {
  const group = { kind: 'group', group: 'S0ONCALL', alias: null } as const;
  const alias = { kind: 'group', group: null, alias: 'oncall' } as const;

  it('has no phone', () => {
    expect(found(withStep({ notify: [group], via: [SMS, MAIL] }))).toEqual([
      'error at paths.1.steps.0.notify.0: Nobody in a user group is reached by sms or mail. Write `via: [dm, mention]`, or name a role or a rotation',
    ]);
    expect(found(withStep({ notify: [group], via: [SMS, DM] }))).toEqual([]);
  });

  it('that is an alias alone can only be mentioned', () => {
    expect(found(withStep({ notify: [alias], via: [DM, SMS] }))).toEqual([
      'error at paths.1.steps.0.notify.0: Who is behind an alias is not known, so nobody is reached by dm or sms. Write `via: mention`, or name the group',
    ]);
    expect(found(withStep({ notify: [alias], via: [DM, { kind: 'mention' }] }))).toEqual([]);
  });
});

describe('a step that cannot be reached', () => {
  it('because its severities and those of its path do not meet', () => {
    expect(found(withStep({ severities: ['P2'] }, { scope: scope(['P0', 'P1']) }))).toEqual([
      'error at paths.1.steps.0.when.severity: No incident gets here: its path is for P0, P1, the step for P2. Make them meet, or take the step out',
    ]);
  });

  it('because P3 wakes nobody, unless a rule wakes somebody for anything', () => {
    const third = withStep({ severities: ['P3'] });
    expect(found(third)).toEqual([
      'warning at paths.1.steps.0.via: P3 wakes nobody, so this step never comes. Tell them by mail or in the channel, or write `page: always` into the rules that this is for',
    ]);
    expect(found(third, { pagesAlways: true })).toEqual([]);
    expect(found(withStep({ severities: ['P3'], via: [MAIL] }))).toEqual([]);
  });

  it('because a warning wakes people in working hours and the step is for the time outside them', () => {
    expect(found(withStep({ severities: ['P2', 'P3'], hours: 'outside' }))).toEqual([
      'warning at paths.1.steps.0.when.hours: P2 and P3 wake people in working hours only, and this step comes outside them. Take `hours` out, or write `page: always` into the rules that this is for',
    ]);
  });

  it('because nothing is outside a calendar that works around the clock', () => {
    const always = { ...OFFICE, days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 * 60 };
    expect(found({ ...withStep({ hours: 'outside' }), calendar: always })).toEqual([
      'warning at paths.1.steps.0.when.hours: The calendar works around the clock, so nothing is outside it. Take `hours` out, or give the calendar an end of work',
    ]);
  });

  it('because what begins it ends it', () => {
    const slow = { query: 'latency', expect: { kind: 'text', equals: 'slow' }, forMs: 0 } as const;
    expect(found(withStep({ value: slow, until: slow }))).toEqual([
      'error at paths.1.steps.0.until: What begins this step is also what ends it. Let `until` name the value at which all is well',
    ]);
  });
});

describe('a level with nobody', () => {
  it('in it', () => {
    expect(found(withStep({ notify: [] }))).toContainEqual(
      'error at paths.1.steps.0.notify: L2 tells nobody. Name a role, a rotation or the channel under `notify`, or take the step out',
    );
  });

  it('because the role, the rotation or the rule is not there, with the one that was probably meant', () => {
    const strange = withStep(
      { notify: [role('leed'), { kind: 'rotation', rotation: 'second' }] },
      { scope: { ...scope([]), rules: ['api-dwn'] } },
    );
    expect(found(strange)).toEqual([
      'error at paths.1.for.rule.0: There is no rule with the id api-dwn in this file. Did you mean api-down? Write it under `alarms`, or name one of api-down',
      'error at paths.1.steps.0.notify.0: There is no role leed in this file. Did you mean lead? Write it under `roles`, or name one of on-call, lead, manager',
      'error at paths.1.steps.0.notify.1.rotation: There is no rotation second in this file. Write it under `rotations`, or name one of first-line',
    ]);
  });

  it('because all stakeholders are the people of no role', () => {
    const all = policy([path([step('page/L1.1', { notify: [{ kind: 'stakeholders' }] })])]);
    expect(found(all, { roles: [] })).toEqual([
      'error at paths.0.steps.0.notify.0: All stakeholders are the people of all roles, and this file has no role. Write them under `roles`',
    ]);
  });
});

describe('time', () => {
  it('steps that are not in the order in which they come', () => {
    const mixed = policy([path([FIRST, step('page/L3.1', { after: 60 }), step('page/L2.1', { after: 30 })])]);
    expect(found(mixed)).toEqual([
      'warning at paths.0.steps.2.after: L2 comes after 30m, and L3 above it after 1h. Write the steps in the order in which they come',
    ]);
  });

  it('a step, or an end, that goes on for more than a week', () => {
    const long = policy([path([step('page/L1.1', { repeat: { every: 24 * 60, times: 10 } })])]);
    expect(found(long)).toEqual([
      'warning at paths.0.steps.0.repeat: L1 goes on for 10 days. Write fewer `times`, or tell somebody else',
    ]);
    expect(found(policy([path([FIRST], { end: { everyMs: 24 * HOUR, times: 30 } })]))).toEqual([
      'warning at paths.0.end: The end of the path goes on for 30 days. Write fewer `times`, or tell somebody else',
    ]);
  });

  it('one that never ends', () => {
    const endless = policy([path([FIRST], { end: { everyMs: HOUR, times: Number.POSITIVE_INFINITY } })]);
    expect(found(endless)).toEqual([
      'error at paths.0.end: The end of the path never ends. Write how often at most under `times`',
    ]);
  });
});

describe('a way', () => {
  it('that has no other where it fails', () => {
    expect(found(withStep({ via: [SMS] }))).toEqual([
      'warning at paths.1.steps.0.via: When sms does not work, L2 has no other way. Name a second one: `via: [sms, mention]`',
    ]);
    expect(found(withStep({ via: [{ kind: 'pagerduty', to: '${KEY}' }] }))).toEqual([
      'warning at paths.1.steps.0.via: When pagerduty does not work, L2 has no other way. Name a second one: a dm',
    ]);
  });

  it('to a channel or by mail needs none', () => {
    expect(found(withStep({ via: [MAIL] }))).toEqual([]);
    expect(found(withStep({ notify: [CHANNEL], via: [DM] }))).toEqual([]);
  });
});

it('a condition names a query of the file', () => {
  const until = { query: 'latncy', expect: { kind: 'text', equals: 'fast' }, forMs: 0 } as const;
  expect(found(withStep({ until, value: { ...until, query: 'errors' } }))).toEqual([
    'error at paths.1.steps.0.until.query: There is no query latncy in this file. Did you mean latency? Write it under `queries`, or name one of latency',
    'error at paths.1.steps.0.when.value.query: There is no query errors in this file. Write it under `queries`, or name one of latency',
  ]);
});
