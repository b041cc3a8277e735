import { begun, type Escalation, type Situation } from '../../src/domain/escalation.ts';
import { escalate, judgePage } from '../../src/domain/escalation-due.ts';
import type { EscalationEvent } from '../../src/domain/escalation-events.ts';
import { type FollowedEvent, follow } from '../../src/domain/escalation-follow.ts';
import { nextAt } from '../../src/domain/escalation-next.ts';
import type { AlarmsChanged, IncidentEvent } from '../../src/domain/incident.ts';
import type { Page } from '../../src/domain/page.ts';
import { type Target, targetKey } from '../../src/domain/policy.ts';
import { MINUTE } from './escalation-given.ts';
import { type Act, afterAct, isDown, type Life } from './escalation-life.ts';

/** What the product did, and what it knew while it did it. */
export interface Moment {
  readonly at: number;
  readonly event: FollowedEvent;
  readonly before: { readonly escalation: Escalation; readonly situation: Situation };
}

export interface Lived {
  /** As the model words them. */
  readonly lines: string[];
  readonly moments: Moment[];
  /** Every time that it was woken: for what time it had asked, what came of it, and for what time it asked then. */
  readonly wakes: {
    readonly at: number;
    readonly askedFor: number | null;
    readonly events: readonly EscalationEvent[];
    readonly asksFor: number | null;
    readonly again: readonly EscalationEvent[];
  }[];
  readonly after: { readonly escalation: Escalation; readonly situation: Situation };
}

/**
 * Lives a life as the bot would: woken at `nextAt`, after every act, and for no reason; never while it is down. Pages are sent
 * `delay` minutes after they were decided, or later where they have to wait; without it nothing is sent.
 */
export function lived(life: Life, delay = Number.POSITIVE_INFINITY): Lived {
  const { policy, from } = life;
  let situation = life.situation;
  let escalation = begun(policy, situation, from);
  let next = nextAt(policy, escalation, situation, from);
  const all: Lived = { lines: [], moments: [], wakes: [], after: { escalation, situation } };

  const take = (event: FollowedEvent, after: Situation) => {
    all.moments.push({ at: event.at, event, before: { escalation, situation } });
    situation = after;
    escalation = follow(policy, escalation, event, after);
    next = nextAt(policy, escalation, situation, event.at);
  };
  const wake = (at: number) => {
    const askedFor = nextAt(policy, escalation, situation, at);
    const events = escalate(policy, escalation, situation, at);
    for (const event of events) {
      const line = lineOf(event);
      if (line !== null) all.lines.push(`${(at - from) / MINUTE}: ${line}`);
      const isLost = event.type === 'unacknowledged';
      take(event, isLost ? { ...situation, status: 'triggered', owner: null } : situation);
    }
    next = nextAt(policy, escalation, situation, at);
    const again = escalate(policy, escalation, situation, at);
    all.wakes.push({ at, askedFor, events, asksFor: next, again });
  };
  const deliver = (page: Page, at: number) => {
    if (at < page.at + delay * MINUTE) return;
    const judged = judgePage(policy, escalation, situation, page, at);
    if (judged.kind === 'drop') take({ type: 'page_dropped', at, page: page.id, why: judged.why }, situation);
    if (judged.kind !== 'send') return;
    for (const { target } of page.deliveries) {
      take({ type: 'page_sent', at, page: page.id, target: targetKey(target), way: 0 }, situation);
    }
  };
  const act = ({ act: done }: Life['acts'][number], at: number) => {
    const after = afterAct(situation, done);
    if (after) take(eventOf(done, situation, at), after);
  };

  for (let minute = 0; minute <= life.minutes; minute++) {
    const at = from + minute * MINUTE;
    for (const one of actsAt(life, minute)) act(one, at);
    if (isDown(life, minute)) continue;
    if (life.extra.includes(minute)) wake(at);
    if (next !== null && next <= at) wake(at);
    for (const page of escalation.pages) deliver(page, at);
  }
  return { ...all, after: { escalation, situation } };
}

function actsAt({ acts }: Life, minute: number): Life['acts'] {
  return acts.filter((one) => one.minute === minute);
}

function lineOf(event: EscalationEvent): string | null {
  switch (event.type) {
    case 'page_due':
      return `${event.page} to ${event.notify.map(nameOf).join(' ')}${event.except === null ? '' : ` but ${event.except}`}`;
    case 'asked_owner':
      return `${event.owner} is asked`;
    case 'unacknowledged':
      return `${event.owner} has it no more`;
    default:
      return null;
  }
}

function nameOf(target: Target): string {
  if (target.kind === 'role') return target.role;
  return target.kind === 'person' ? target.user : target.kind;
}

function eventOf(act: Act, { owner, severity }: Situation, at: number): FollowedEvent {
  switch (act.kind) {
    case 'acknowledge':
      return { type: 'acknowledged', at, by: act.by };
    case 'take over':
      return { type: 'assigned', at, by: act.by, to: act.by };
    case 'hand over':
      return { type: 'assigned', at, by: act.by, to: act.to };
    case 'note':
      return { type: 'noted', at, by: act.by, text: 'seen' };
    case 'confirm':
      return { type: 'confirmed', at, by: act.by };
    case 'severity':
      return { type: 'severity_set', at, by: act.by, from: severity, severity: act.severity };
    case 'snooze':
      return { type: 'snoozed', at, by: act.by, until: at + act.minutes * MINUTE };
    case 'silence':
      return { type: 'silenced', at, by: act.by, until: at + act.minutes * MINUTE };
    case 'end snooze':
      return { type: 'snooze_ended', at, by: act.by };
    case 'give back':
      return { type: 'unacknowledged', at, by: act.by, owner, why: 'by_hand' };
    case 'value':
      return { type: 'value_held', at, condition: act.condition, since: act.isTrue ? at : null };
    default:
      return changeOf(act, at);
  }
}

function changeOf(
  act: Extract<Act, { kind: 'mitigate' | 'relapse' | 'alarm reopens' | 'resolve' | 'firing' }>,
  at: number,
): IncidentEvent {
  switch (act.kind) {
    case 'mitigate':
      return { type: 'mitigated', at, by: act.by };
    case 'relapse':
      return { type: 'relapsed', at };
    case 'alarm reopens':
      return { type: 'reopened', at, by: 'tocsin', reason: 'again' };
    case 'resolve':
      return { type: 'resolved', at, by: act.by, text: '' };
    case 'firing':
      return {
        type: 'alarms',
        at,
        joined: 0,
        refired: act.isFiring ? 1 : 0,
        recovered: act.isFiring ? 0 : 1,
        lostSight: 0,
        changed: [],
        totals: TOTALS,
      };
  }
}

/** Nothing of the escalation reads it: whether an alarm fires is in the situation. */
const TOTALS: AlarmsChanged['totals'] = { total: 1, firing: 1, unknown: 0 };
