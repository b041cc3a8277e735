import type { Escalation, Situation } from './escalation.ts';
import { pageOf, without } from './escalation-due.ts';
import type { EscalationEvent } from './escalation-events.ts';
import { type StandingStep, standingSteps } from './escalation-owed.ts';
import { type Actor, isOver } from './incident.ts';
import type { Policy, Step } from './policy.ts';
import { ok, type Result, reject } from './result.ts';

/** The steps that `escalateByHand` would take now, all of one level; empty when every level was told. */
export function nextSteps(policy: Policy, escalation: Escalation, situation: Situation): Step[] {
  const steps = untold(policy, escalation, situation).map(({ step }) => step);
  return steps.filter(({ level }) => level === steps[0]?.level);
}

/**
 * Tells the next level now, whatever the time, the hours, a snooze or an acknowledgement say: a person wants it. Its steps do not come
 * again at their own time; their repeats do. The reason has passed the checks of the form.
 */
export function escalateByHand(
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  { by, reason }: { readonly by: Actor; readonly reason: string },
  now: number,
): Result<EscalationEvent[]> {
  if (isOver(situation)) return reject('not_open', `${situation.id} is over.`, 'Reopen it first.');
  const steps = untold(policy, escalation, situation);
  const level = steps[0]?.step.level;
  if (level === undefined) {
    return reject(
      'nothing_to_do',
      'Every level of the policy has been told.',
      'Hand it over, or mention people in its thread.',
    );
  }
  const pages = steps
    .filter(({ step }) => step.level === level)
    .map((standing) => pageOf(standing, 0, situation, escalation.round, now))
    .map((page) => without({ ...page, isByHand: true }, () => false));
  return ok([{ type: 'escalated', at: now, by, level, reason }, ...pages]);
}

/** The steps for this incident whose level nobody was told at yet, the soonest first. */
function untold(policy: Policy, { done }: Escalation, situation: Situation): StandingStep[] {
  const steps = standingSteps(policy, situation);
  const told = new Set(steps.filter(({ step }) => done[step.id] !== undefined).map(({ step }) => step.level));
  return steps.filter(({ step }) => !told.has(step.level)).toSorted((a, b) => a.step.afterMs - b.step.afterMs);
}
