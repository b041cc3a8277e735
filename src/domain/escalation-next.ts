import { type Escalation, pagingOf, type Situation } from './escalation.ts';
import { reachedAt } from './escalation-clock.ts';
import { afterWorking, firstOutside } from './escalation-hours.ts';
import {
  clockOf,
  dueAfter,
  isBound,
  isEnded,
  lastRepeat,
  type StandingStep,
  standingSteps,
} from './escalation-owed.ts';
import { isOver } from './incident.ts';
import { conditionKey, type Policy, type Step, type ValueCondition, wakes } from './policy.ts';

/**
 * When `escalate` next has something to do if nothing else happens, epoch ms, as seen at `now`; in the past when it is late by so
 * much; `null`: never. It is never later than the next page. Seen later it may be later: working hours that nobody was there to
 * use are over.
 */
export function nextAt(policy: Policy, escalation: Escalation, situation: Situation, now: number): number | null {
  if (isOver(situation)) return null;
  const pages = standingSteps(policy, situation).map((standing) =>
    pageDueAt(standing, policy, escalation, situation, now),
  );
  const others = [questionDueAt(policy, escalation, situation, now), answerDueAt(policy, escalation, situation, now)];
  const times = [...pages, ...others].filter((time) => time !== null);
  return times.length > 0 ? Math.max(Math.min(...times), escalation.changedAt) : null;
}

/** When a step tells its people next as things are; `null`: never. */
export function pageDueAt(
  standing: StandingStep,
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): number | null {
  const { step } = standing;
  const repeat = (escalation.done[step.id] ?? -1) + 1;
  if (repeat > lastRepeat(standing) || isNotFor(step, escalation, situation)) return null;

  const { clock, count } = clockOf(step, escalation, situation);
  const reached = reachedAt(clock, count, policy.calendar, dueAfter(standing, repeat));
  const held = step.when.value === null ? 0 : holdsFrom(step.when.value, escalation);
  if (reached === null || held === null) return null;

  const from = Math.max(reached, held, escalation.hold?.until ?? 0);
  const at = orLater((time) => rightTimeFrom(step, policy, situation, time), from, now);
  return at === null || isEnded(step.until, escalation, situation, Math.max(at, now)) ? null : at;
}

/** When the owner is asked how it goes; `null`: never, as things are. */
export function questionDueAt(
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  now: number,
): number | null {
  const { progress, hold } = escalation;
  const after = policy.progress?.askAfterMs[situation.severity];
  if (!policy.progress || after === undefined || situation.status !== 'acknowledged' || situation.owner === null)
    return null;
  if (progress.askedAt !== null || progress.times >= policy.progress.times) return null;
  const from = Math.max(progress.at + after, hold?.until ?? 0);
  return orLater((time) => wakingTimeFrom(policy, situation, time), from, now);
}

/** By when the owner must have answered; `null`: nothing is asked. Working hours are the owner's to answer in, where they are to ask in. */
export function answerDueAt(
  policy: Policy,
  { progress, hold }: Escalation,
  situation: Situation,
  now: number,
): number | null {
  if (policy.progress?.askAfterMs[situation.severity] === undefined) return null;
  if (progress.askedAt === null || situation.status !== 'acknowledged') return null;
  const from = Math.max(progress.askedAt + policy.progress.answerWithinMs, hold?.until ?? 0);
  return orLater((time) => wakingTimeFrom(policy, situation, time), from, now);
}

/** The first right time from `from` on, unless it has passed and `now` is not right any more: then the next one. */
function orLater(rightFrom: (time: number) => number | null, from: number, now: number): number | null {
  const first = rightFrom(from);
  if (first === null || first >= now) return first;
  const next = rightFrom(now);
  return next === now ? first : next;
}

/** A step that nothing but an event can make owed. */
function isNotFor({ when, ...step }: Step, escalation: Escalation, situation: Situation): boolean {
  const isEndedForNow = typeof step.until === 'string' && isEnded(step.until, escalation, situation, 0);
  return isEndedForNow || (when.isFiring && !situation.isFiring) || (wakes(step) && pagingOf(situation) === 'never');
}

function holdsFrom(condition: ValueCondition, { held }: Escalation): number | null {
  const since = held[conditionKey(condition)];
  return since === undefined ? null : since + condition.forMs;
}

function rightTimeFrom(step: Step, { calendar }: Policy, situation: Situation, at: number): number | null {
  if (isBound(step, situation)) return step.when.hours === 'outside' ? null : afterWorking(calendar, at, 0);
  return step.when.hours === 'outside' ? firstOutside(calendar, at) : at;
}

function wakingTimeFrom({ calendar }: Policy, situation: Situation, at: number): number | null {
  const paging = pagingOf(situation);
  if (paging === 'never') return null;
  return paging === 'always' ? at : afterWorking(calendar, at, 0);
}
