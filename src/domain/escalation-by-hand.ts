import type { Escalation, Situation } from './escalation.ts';
import { pageOf, without } from './escalation-due.ts';
import type { EscalationEvent } from './escalation-events.ts';
import { type StandingStep, standingSteps } from './escalation-owed.ts';
import { type Actor, isOver } from './incident.ts';
import type { Policy, Step } from './policy.ts';
import { ok, type Result, reject } from './result.ts';

/** The steps that `escalateByHand` would take now, all of one level; empty when every level was told. */
export function nextSteps(policy: Policy, escalation: Escalation, situation: Situation): Step[] {
  const steps = untold(policy, escalation, situation);
  const level = nextLevel(steps, situation);
  return steps.map(({ step }) => step).filter((step) => step.level === level);
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
  const level = nextLevel(steps, situation);
  if (level === null) {
    return reject(
      'nothing_to_do',
      steps.length === 0 ? 'Every level of the policy has been told.' : 'Nobody is left to tell but whoever has it.',
      'Hand it over, or mention people in its thread.',
    );
  }
  const pages = steps
    .filter(({ step }) => step.level === level)
    .map((standing) => pageOf(standing, 0, situation, escalation.round, now))
    .map((page) => without({ ...page, isByHand: true }, () => false));
  return ok([{ type: 'escalated', at: now, by, level, reason }, ...pages]);
}

/** The first level that is somebody else than whoever has it, or a channel: a person wants more people. */
function nextLevel(steps: readonly StandingStep[], situation: Situation): string | null {
  const first = steps.find(
    (standing) => without(pageOf(standing, 0, situation, 0, 0), () => false).type === 'page_due',
  );
  return first?.step.level ?? null;
}

/** The steps for this incident whose level nobody was told at yet, the soonest first. */
function untold(policy: Policy, { done }: Escalation, situation: Situation): StandingStep[] {
  const steps = standingSteps(policy, situation);
  const told = new Set(steps.filter(({ step }) => done[step.id] !== undefined).map(({ step }) => step.level));
  return steps.filter(({ step }) => !told.has(step.level)).toSorted((a, b) => a.step.afterMs - b.step.afterMs);
}
