import { type Escalation, pagingOf, type Situation } from './escalation.ts';
import { answerDueAt, pageDueAt, questionDueAt } from './escalation-next.ts';
import { isEnded, isFor, isOfEnd, lastRepeat, type StandingStep, standingSteps } from './escalation-owed.ts';
import type { Actor } from './incident.ts';
import {
  conditionKey,
  type Policy,
  type Step,
  severitiesOf,
  type Target,
  type Until,
  type ValueCondition,
  type Way,
  wakes,
} from './policy.ts';
import type { Severity } from './severity.ts';

/** What comes next if nothing else happens. Whoever draws it turns it into words: "L2 @lead in 12 min unless acknowledged". */
export type Coming =
  | {
      readonly kind: 'page';
      readonly at: number;
      readonly step: string;
      readonly level: string;
      readonly notify: readonly Target[];
      readonly via: readonly Way[];
      /** 0: the first time. */
      readonly repeat: number;
      /** How often it comes after that at most. */
      readonly left: number;
      /** It is beyond the last step, and goes to the channel too. */
      readonly isOfEnd: boolean;
      readonly unless: Until;
    }
  | { readonly kind: 'question'; readonly at: number; readonly owner: Actor }
  /** Unless the owner answers by then. */
  | { readonly kind: 'unacknowledgement'; readonly at: number; readonly owner: Actor };

/** Why a step has no time. */
export type Waiting =
  | { readonly kind: 'severity'; readonly severities: readonly Severity[] }
  /** Its severity wakes nobody. */
  | { readonly kind: 'wakes_nobody' }
  | { readonly kind: 'value'; readonly condition: ValueCondition }
  | { readonly kind: 'alarm' }
  /** What ends it has come. */
  | { readonly kind: 'ended'; readonly by: Until }
  /** The clock stands: the incident is mitigated. */
  | { readonly kind: 'stands' }
  /** It would wake somebody in working hours and is for the time outside them, or there are none. */
  | { readonly kind: 'never' };

/** One step of the policy as it is for an incident, for a list of all of them. */
export interface StepOutlook {
  readonly step: Step;
  /** How many of its times have passed in this round. */
  readonly told: number;
  readonly next:
    | { readonly kind: 'at'; readonly at: number }
    | { readonly kind: 'waiting'; readonly for: Waiting }
    | { readonly kind: 'done' };
}

/** Everything that has a time, the soonest first; of each step the next time. */
export function comingOf(policy: Policy, escalation: Escalation, situation: Situation, now: number): Coming[] {
  const pages = standingSteps(policy, situation).flatMap((standing) =>
    pageComing(standing, policy, escalation, situation, now),
  );
  const { owner } = situation;
  const question = questionDueAt(policy, escalation, situation, now);
  const answer = answerDueAt(policy, escalation, situation, now);
  const others: Coming[] = [
    ...(owner !== null && question !== null ? [{ kind: 'question', at: question, owner } as const] : []),
    ...(owner !== null && answer !== null ? [{ kind: 'unacknowledgement', at: answer, owner } as const] : []),
  ];
  return [...pages, ...others].toSorted((a, b) => a.at - b.at);
}

function pageComing(
  standing: StandingStep,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): Coming[] {
  const at = pageDueAt(standing, policy, escalation, situation, now);
  if (at === null) return [];
  const { step } = standing;
  const repeat = toldOf(step, escalation);
  return [
    {
      kind: 'page',
      at,
      step: step.id,
      level: step.level,
      notify: step.notify,
      via: step.via,
      repeat,
      left: lastRepeat(standing) - repeat,
      isOfEnd: isOfEnd(standing, repeat),
      unless: step.until,
    },
  ];
}

/** Every step of every path that is for this class, rule and environment, in the order of the policy. */
export function outlook(policy: Policy, escalation: Escalation, situation: Situation, now: number): StepOutlook[] {
  const standing = standingSteps(policy, situation);
  const possible = policy.paths.filter(({ scope }) => isFor({ ...scope, severities: [] }, situation));
  return possible.flatMap(({ steps, scope }) =>
    steps.map((step): StepOutlook => {
      const told = toldOf(step, escalation);
      const here = standing.find((one) => one.step.id === step.id);
      if (here) return { step, told, next: nextOf(here, policy, escalation, situation, now) };
      return {
        step,
        told,
        next: { kind: 'waiting', for: { kind: 'severity', severities: severitiesOf(scope, step) } },
      };
    }),
  );
}

function nextOf(
  standing: StandingStep,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): StepOutlook['next'] {
  if (toldOf(standing.step, escalation) > lastRepeat(standing)) return { kind: 'done' };
  const at = pageDueAt(standing, policy, escalation, situation, now);
  if (at !== null) return { kind: 'at', at };
  return { kind: 'waiting', for: waitingFor(standing.step, escalation, situation) };
}

function waitingFor(step: Step, escalation: Escalation, situation: Situation): Waiting {
  const { when, until } = step;
  if (typeof until === 'string' && isEnded(until, escalation, situation, 0)) return { kind: 'ended', by: until };
  if (wakes(step) && pagingOf(situation) === 'never') return { kind: 'wakes_nobody' };
  if (when.isFiring && !situation.isFiring) return { kind: 'alarm' };
  if (when.value && escalation.held[conditionKey(when.value)] === undefined)
    return { kind: 'value', condition: when.value };
  if (escalation.firing.since === null && situation.status === 'mitigated') return { kind: 'stands' };
  return typeof until === 'object' ? { kind: 'ended', by: until } : { kind: 'never' };
}

/** How many times of a step have passed. */
function toldOf(step: Step, { done }: Escalation): number {
  return (done[step.id] ?? -1) + 1;
}
