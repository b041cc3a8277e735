import type { PageFailed } from '../../src/domain/escalation-events.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { DM, path, policy, role, step } from '../domain/escalation-given.ts';
import { escalating, LEVELS, pageDue } from './escalations.ts';
import { ANA, BEN, MINUTE, NOW } from './incidents.ts';

const failed = (target: string, why: string): PageFailed => ({
  type: 'page_failed',
  ...{ at: NOW - 11 * MINUTE, page: 'INC-7/1/page/L1.1/0', target, way: 1, why },
  ...{ isUsable: false, isLast: true },
});

const twoTargets = pageDue({ page: 'INC-7/1/page/L1.1/1', repeat: 1, notify: [role('on-call'), role('senior')] });

/** States in which the escalation says something else, by the name of their snapshot. */
export const escalationStates: Readonly<Record<string, Incident>> = {
  'the next level waits': escalating('triggered'),
  'somebody could not be told': escalating('triggered', {}, [failed('role:on-call', 'nobody is on call')]),
  'two could not be told': escalating('triggered', {}, [
    twoTargets,
    failed('role:on-call', 'no phone number is known'),
    { ...failed('role:senior', 'Slack does not know this person'), page: twoTargets.page },
  ]),
  'acknowledged, and the owner is asked later': escalating('acknowledged'),
  'the owner was asked': escalating('acknowledged', {}, [{ type: 'asked_owner', at: NOW - MINUTE, owner: ANA }]),
  snoozed: escalating('acknowledged', {}, [{ type: 'snoozed', at: NOW, by: ANA, until: NOW + 30 * MINUTE }]),
  silenced: escalating('triggered', { silencedUntil: NOW + 60 * MINUTE }, [
    { type: 'silenced', at: NOW, by: BEN, until: NOW + 60 * MINUTE },
  ]),
  'nobody is left to tell': escalating('triggered', {}, [], policy([path([step('page/L1.1', { via: [DM] })])])),
  'what is left waits for a value': escalating(
    'triggered',
    {},
    [],
    policy([
      path([
        step('page/L1.1'),
        step('page/L2.1', {
          value: {
            query: 'latency-p95',
            expect: { kind: 'number', direction: 'above', limit: 500, inclusive: false },
            forMs: 5 * MINUTE,
          },
        }),
      ]),
    ]),
  ),
  'the first thing outlasts an acknowledgement': escalating(
    'triggered',
    {},
    [],
    policy([
      path([step('page/L1.1'), step('page/L3.1', { after: 60, notify: [role('manager')], until: 'mitigated' })]),
    ]),
  ),
  'mitigated, and the channel is told until it is resolved': escalating('mitigated'),
  'what wakes nobody': escalating('triggered', { severity: 'P3' }),
  over: escalating('resolved', {}, [], LEVELS),
};

/** An incident with a policy in which a stranger's words stand wherever a file may have them. */
export function paged(incident: Incident, text: string): Incident {
  const { escalation } = escalating('triggered');
  if (!escalation) throw new Error('it has one');
  const paths = escalation.policy.paths.map((one) => ({
    ...one,
    steps: one.steps.map((each) => ({ ...each, level: text, notify: [role(text), ...each.notify] })),
  }));
  const unreached = [{ level: text, target: `role:${text}`, why: text }];
  return {
    ...incident,
    escalation: { policy: { ...escalation.policy, paths }, state: { ...escalation.state, unreached } },
  };
}
