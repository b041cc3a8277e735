import { isWorkingTime } from './calendar.ts';
import { type Escalation, pagingOf, type Situation } from './escalation.ts';
import { type Clock, type Count, elapsed } from './escalation-clock.ts';
import { isOver } from './incident.ts';
import {
  conditionKey,
  type Path,
  type Policy,
  type Repeat,
  type Step,
  type Until,
  type ValueCondition,
  wakes,
} from './policy.ts';

/** A step that is for the incident as it is, and how it goes on after its own repeats where it is the last one. */
export interface StandingStep {
  readonly path: Path;
  readonly step: Step;
  readonly end: Repeat | null;
}

/** The steps for an incident of this severity, class, rule and environment, whatever the time; in the order of the policy. */
export function standingSteps({ paths }: Policy, situation: Situation): StandingStep[] {
  return paths
    .filter(({ scope }) => isFor(scope, situation))
    .flatMap((path) => {
      const steps = path.steps.filter(({ when }) => isAmong(when.severities, situation.severity));
      const last = lastOf(steps);
      return steps.map((step) => ({ path, step, end: step === last && wakes(step) ? path.end : null }));
    });
}

/** Whether a path is for an incident as it is. */
export function isFor({ severities, classes, rules, environments }: Path['scope'], situation: Situation): boolean {
  return (
    isAmong(severities, situation.severity) &&
    isAmong(classes, situation.incidentClass) &&
    isAmong(environments, situation.environment) &&
    (rules.length === 0 || situation.rules.some((rule) => rules.includes(rule)))
  );
}

function isAmong<T>(list: readonly T[], one: T): boolean {
  return list.length === 0 || list.includes(one);
}

/** Where two come at the same time, the later one in the file. */
function lastOf(steps: readonly Step[]): Step | undefined {
  return steps.reduce<Step | undefined>((last, step) => (last && step.afterMs < last.afterMs ? last : step), undefined);
}

/** The last repeat that a step has; 0: it comes once. */
export function lastRepeat({ step, end }: StandingStep): number {
  return (step.repeat?.times ?? 0) + (end?.times ?? 0);
}

/** Whether this repeat belongs to the end of the path, which also goes to the channel. */
export function isOfEnd({ step }: StandingStep, repeat: number): boolean {
  return repeat > (step.repeat?.times ?? 0);
}

/** How far the clock must have gone for a repeat, in ms. */
export function dueAfter({ step, end }: StandingStep, repeat: number): number {
  const own = Math.min(repeat, step.repeat?.times ?? 0);
  return step.afterMs + own * (step.repeat?.everyMs ?? 0) + (repeat - own) * (end?.everyMs ?? 0);
}

/** The clock that a step goes by, and what of it counts. A step that is bound to working hours counts working time alone. */
export function clockOf(step: Step, escalation: Escalation, situation: Situation): { clock: Clock; count: Count } {
  const isOutlasting = step.until === 'resolved' || typeof step.until === 'object';
  return {
    clock: isOutlasting ? escalation.open : escalation.firing,
    count: isBound(step, situation) ? 'work' : 'wall',
  };
}

/** Whether a step comes in working hours only: it says so, or it would wake somebody for what may wait. */
export function isBound(step: Step, situation: Situation): boolean {
  return step.when.hours === 'working' || (wakes(step) && pagingOf(situation) === 'working_hours');
}

/** Whether something has ended the step for now: a reopening or a relapse may begin it again. */
export function isEnded(until: Until, escalation: Escalation, situation: Situation, now: number): boolean {
  const { status } = situation;
  if (isOver(situation)) return true;
  if (typeof until === 'object') return holds(until, escalation, now);
  if (until === 'acknowledged') return status !== 'triggered';
  return until === 'mitigated' && status === 'mitigated';
}

/** Whether a condition on a value is true, and has been for as long as it must. */
export function holds(condition: ValueCondition, { held }: Escalation, now: number): boolean {
  const since = held[conditionKey(condition)];
  return since !== undefined && now - since >= condition.forMs;
}

/** Whether the incident calls for the step, the time of day aside. */
export function isCalledFor(
  { when, ...step }: Step,
  escalation: Escalation,
  situation: Situation,
  now: number,
): boolean {
  if (when.isFiring && !situation.isFiring) return false;
  if (when.value && !holds(when.value, escalation, now)) return false;
  return !(wakes(step) && pagingOf(situation) === 'never');
}

/** Whether a page of the step may go out at this time: nothing is held, and the time of day is right. */
export function isTheTime(
  step: Step,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): boolean {
  if (escalation.hold && now < escalation.hold.until) return false;
  const isOutside = step.when.hours === 'outside';
  if (isBound(step, situation)) return !isOutside && isWorkingTime(policy.calendar, now);
  return !isOutside || !isWorkingTime(policy.calendar, now);
}

/** The newest repeat that is owed now, or `null`. Those before it are owed no more: nobody is paged twice for one wait. */
export function owedRepeat(
  standing: StandingStep,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): number | null {
  const { step } = standing;
  if (isEnded(step.until, escalation, situation, now)) return null;
  if (!isCalledFor(step, escalation, situation, now)) return null;
  if (!isTheTime(step, policy, escalation, situation, now)) return null;

  const newest = timesPassed(standing, policy, escalation, situation, now) - 1;
  return newest > (escalation.done[step.id] ?? -1) ? newest : null;
}

/** How many times of a step have come by its clock, whether anybody was told or not. */
export function timesPassed(
  standing: StandingStep,
  { calendar }: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): number {
  const { clock, count } = clockOf(standing.step, escalation, situation);
  return newestRepeat(standing, elapsed(clock, count, calendar, now)) + 1;
}

/** The newest repeat whose time has come when the clock has gone so far; -1: none. */
function newestRepeat(standing: StandingStep, gone: number): number {
  const { step, end } = standing;
  if (gone < step.afterMs) return -1;
  const own = passed(step.repeat, gone - step.afterMs);
  if (own < (step.repeat?.times ?? 0)) return own;
  return own + passed(end, gone - dueAfter(standing, own));
}

function passed(repeat: Repeat | null, ms: number): number {
  return repeat ? Math.min(repeat.times, Math.floor(ms / repeat.everyMs)) : 0;
}
