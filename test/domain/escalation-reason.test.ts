import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAt } from '../../src/domain/escalation-next.ts';
import { type ReasonForNone, reasonForNone, reasonOf } from '../../src/domain/escalation-reason.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { nextWakeAt } from '../../src/domain/paging.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { CHANNEL, OFFICE, path, policy, step } from './escalation-given.ts';
import { FAST, lives, SLOW } from './escalation-life.ts';
import { lived } from './escalation-lived.ts';
import { ANA, happens, MINUTE, opened, T0 } from './given.ts';

const ONE = policy([path([step('page/L1.1')])]);
const at = (of: Policy | null, severity: 'P1' | 'P2' | 'P3' = 'P1') => opened({ escalation: of }, severity);
const LATER = T0 + 5 * MINUTE;

describe('an incident that has no next step', () => {
  it.each<[ReasonForNone, () => Incident]>([
    ['no_policy', () => at(null).incident],
    [
      'no_step',
      () =>
        at(
          policy([
            path(ONE.paths[0]?.steps ?? [], {
              scope: { severities: ['P0'], classes: [], rules: [], environments: [] },
            }),
          ]),
        ).incident,
    ],
    ['all_told', () => at(ONE).incident],
    ['wakes_nobody', () => at(policy([path([step('page/L1.1', { after: 1 })])]), 'P3').incident],
    ['value', () => at(policy([path([step('page/L1.1', { value: SLOW })])])).incident],
    [
      'hours',
      () =>
        at(policy([path([step('page/L1.1', { hours: 'working' })])], { calendar: { ...OFFICE, days: [] } })).incident,
    ],
  ])('says why: %s', (reason, given) => {
    const incident = given();

    expect(nextWakeAt(incident, LATER)).toBeNull();
    expect(reasonForNone(incident, LATER)).toBe(reason);
  });

  it.each<[ReasonForNone, Parameters<typeof happens>[1]]>([
    ['acknowledged', { type: 'acknowledge', by: ANA }],
    ['over', { type: 'resolve', by: ANA, seen: null, text: '', note: null }],
  ])('says that it is %s', (reason, command) => {
    const story = at(policy([path([step('page/L1.1', { after: 10 })])]));
    happens(story, command, T0 + MINUTE);

    expect(reasonForNone(story.incident, LATER)).toBe(reason);
  });

  it('says that its value has ended it', () => {
    const story = at(policy([path([step('page/L1.1', { after: 10, until: FAST, notify: [CHANNEL] })])]));
    happens(story, { type: 'hold_value', condition: FAST, isTrue: true }, T0 + MINUTE);

    expect(reasonForNone(story.incident, LATER)).toBe('value');
  });
});

it('whatever happens, an incident has a next step or a reason for none', { timeout: 60_000 }, () => {
  let without = 0;
  fc.assert(
    fc.property(lives, (life) => {
      const { moments, after } = lived(life);
      const last = { at: life.from + life.minutes * MINUTE, before: after };
      for (const { at: time, before } of [...moments, last]) {
        const { situation, escalation } = before;
        if (situation.status === 'resolved' || nextAt(life.policy, escalation, situation, time) !== null) continue;
        without++;
        expect(reasonOf(life.policy, escalation, situation, time)).not.toBeNull();
      }
    }),
    { numRuns: 150 },
  );
  expect(without).toBeGreaterThan(100);
});
