import type { Notice } from '../../src/app/page-way.ts';
import { begun } from '../../src/domain/escalation.ts';
import type { PageDue } from '../../src/domain/escalation-events.ts';
import { type FollowedEvent, follow } from '../../src/domain/escalation-follow.ts';
import { situationOf } from '../../src/domain/escalation-situation.ts';
import type { Incident, Status } from '../../src/domain/incident.ts';
import type { Page } from '../../src/domain/page.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { ASKING, CHANNEL, DM, path, person, policy, role, SMS, step } from '../domain/escalation-given.ts';
import { ANA, BEN, incident, MINUTE, NOW } from './incidents.ts';

/** Four levels: on call at once, a senior after half an hour, a person until it is mitigated, the channel until it is resolved. */
export const LEVELS: Policy = policy(
  [
    path(
      [
        step('page/L1.1', { notify: [role('on-call')], via: [DM, SMS] }),
        step('page/L2.1', { after: 30, notify: [role('senior')] }),
        step('page/L3.1', { after: 60, notify: [person(BEN), role('manager')], until: 'mitigated' }),
        step('page/L4.1', { after: 120, notify: [CHANNEL], until: 'resolved' }),
      ],
      { end: null },
    ),
  ],
  { progress: ASKING },
);

/** An incident with this policy after events of its escalation; it opened twelve minutes ago. */
export function escalating(
  status: Status,
  changes: Partial<Incident> = {},
  events: readonly FollowedEvent[] = [],
  of: Policy = LEVELS,
): Incident {
  const plain = incident(status, changes);
  const first = { ...plain, status: 'triggered', owner: null } as const;
  const start = begun(of, situationOf(first, of), NOW - 12 * MINUTE);
  const situation = situationOf(plain, of);
  const told = follow(of, start, pageDue(), situationOf(first, of));
  const acked =
    status === 'triggered'
      ? told
      : follow(of, told, { type: 'acknowledged', at: NOW - 10 * MINUTE, by: ANA }, situation);
  const state = events.reduce((before, event) => follow(of, before, event, situation), acked);
  return { ...plain, escalation: { policy: of, state } };
}

/** The first page of the first level. */
export function pageDue(more: Partial<PageDue> = {}): PageDue {
  return {
    type: 'page_due',
    ...{ at: NOW - 12 * MINUTE, page: 'INC-7/1/page/L1.1/0', step: 'page/L1.1', level: 'L1' },
    ...{ repeat: 0, notify: [role('on-call')], via: [DM, SMS], except: null, isByHand: false },
    ...more,
  };
}

export function page(more: Partial<Page> = {}): Page {
  const { type: _, page: id, notify, ...due } = pageDue();
  return { ...due, id, deliveries: notify.map((target) => ({ target, attempts: [], isSent: false })), ...more };
}

/** L2 is told, half an hour after it fired. */
export function notice(of: Incident, more: Partial<Page> = {}, targetTitle = 'Senior engineer'): Notice {
  const sent = page({ step: 'page/L2.1', level: 'L2', at: NOW + 18 * MINUTE, ...more });
  return { id: `${sent.id}/0 role:senior`, incident: of, page: sent, targetTitle };
}

/** What happened on the way: pages that arrived, failed and were dropped, questions and people, with `text` where people write. */
export function escalated(text: string): readonly FollowedEvent[] {
  const first = 'INC-7/1/page/L1.1/0';
  const second = 'INC-7/1/page/L2.1/0';
  const failed = { type: 'page_failed', page: first, target: 'role:on-call', isLast: false, why: text } as const;
  return [
    pageDue(),
    { ...failed, at: NOW - 12 * MINUTE, way: 0, isUsable: true },
    { type: 'page_sent', at: NOW - 12 * MINUTE, page: first, target: 'role:on-call', way: 1 },
    pageDue({ page: second, level: text, at: NOW - 9 * MINUTE, notify: [role(text), CHANNEL, person(BEN)] }),
    { ...failed, page: second, target: `person:${BEN}`, at: NOW - 9 * MINUTE, way: 1, isUsable: false, isLast: true },
    { type: 'page_dropped', at: NOW - 8 * MINUTE, page: second, why: 'ended' },
    { type: 'acknowledged', at: NOW - 8 * MINUTE, by: ANA },
    { type: 'asked_owner', at: NOW - 7 * MINUTE, owner: ANA },
    { type: 'confirmed', at: NOW - 6 * MINUTE, by: ANA },
    { type: 'snoozed', at: NOW - 5 * MINUTE, by: ANA, until: NOW },
    { type: 'unacknowledged', at: NOW - 4 * MINUTE, by: 'tocsin', owner: ANA, why: 'no_answer' },
    { type: 'severity_set', at: NOW - 3 * MINUTE, by: BEN, from: 'P1', severity: 'P0' },
    pageDue({ page: 'INC-7/2/page/L1.1/0', at: NOW - 2 * MINUTE, isByHand: true }),
    { type: 'escalated', at: NOW - MINUTE, by: BEN, level: 'L2', reason: text },
  ];
}
