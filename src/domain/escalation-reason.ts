import { type Escalation, pagingOf, type Situation } from './escalation.ts';
import { reachedAt } from './escalation-clock.ts';
import { firstOutside } from './escalation-hours.ts';
import { clockOf, dueAfter, isBound, lastRepeat, type StandingStep, standingSteps } from './escalation-owed.ts';
import { situationOf } from './escalation-situation.ts';
import { type Incident, isOver } from './incident.ts';
import { conditionKey, type Policy, wakes } from './policy.ts';

/** Why the policy of an incident has nothing more to do as things are. */
export type ReasonForNone =
  /** It opened without one. */
  | 'no_policy'
  | 'over'
  /** No path or step is for its severity, class, rule and environment. */
  | 'no_step'
  | 'snoozed'
  | 'all_told'
  | 'acknowledged'
  | 'mitigated'
  | 'wakes_nobody'
  /** The alarm that a step is for does not fire any more. */
  | 'alarm'
  /** A value does not call for it, or has ended it. */
  | 'value'
  /** The time of day that it is for never comes. */
  | 'hours';

/**
 * Why nobody is told any more as things are; `null`: nothing explains it. Found without `nextAt`, so that each holds the other to
 * its word: an open incident has a time, or a reason for none.
 */
export function reasonForNone(incident: Incident, now: number): ReasonForNone | null {
  if (!incident.escalation) return 'no_policy';
  if (isOver(incident)) return 'over';
  const { policy, state } = incident.escalation;
  return reasonOf(policy, state, situationOf(incident, policy), now);
}

/** The same for the policy of an open incident. */
export function reasonOf(policy: Policy, state: Escalation, situation: Situation, now: number): ReasonForNone | null {
  if (state.hold && now < state.hold.until) return 'snoozed';
  const steps = standingSteps(policy, situation);
  const reasons = steps.map((standing) => whyNot(standing, policy, state, situation, now));
  return reasons.includes(null) ? null : (reasons[0] ?? 'no_step');
}

function whyNot(
  standing: StandingStep,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): ReasonForNone | null {
  const { step } = standing;
  if ((escalation.done[step.id] ?? -1) >= lastRepeat(standing)) return 'all_told';
  if (step.until === 'acknowledged' && situation.status !== 'triggered') return 'acknowledged';
  if (step.until === 'mitigated' && situation.status === 'mitigated') return 'mitigated';
  if (wakes(step) && pagingOf(situation) === 'never') return 'wakes_nobody';
  if (step.when.isFiring && !situation.isFiring) return 'alarm';
  return isOfValue(standing, escalation) ? 'value' : whyNoTime(standing, policy, escalation, situation, now);
}

function isOfValue({ step: { when, until } }: StandingStep, { held }: Escalation): boolean {
  if (when.value && held[conditionKey(when.value)] === undefined) return true;
  return typeof until === 'object' && held[conditionKey(until)] !== undefined;
}

function whyNoTime(
  standing: StandingStep,
  { calendar }: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): ReasonForNone | null {
  const { step } = standing;
  const { clock, count } = clockOf(step, escalation, situation);
  if (clock.since === null) return situation.status === 'mitigated' ? 'mitigated' : null;
  const repeat = (escalation.done[step.id] ?? -1) + 1;
  if (reachedAt(clock, count, calendar, dueAfter(standing, repeat)) === null) return 'hours';
  if (step.when.hours !== 'outside') return null;
  return isBound(step, situation) || firstOutside(calendar, now) === null ? 'hours' : null;
}
