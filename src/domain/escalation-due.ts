import type { Escalation, Situation } from './escalation.ts';
import type { DropReason, EscalationEvent, PageDue, PagePassed } from './escalation-events.ts';
import { follow } from './escalation-follow.ts';
import { answerDueAt, questionDueAt } from './escalation-next.ts';
import {
  dueAfter,
  isCalledFor,
  isEnded,
  isOfEnd,
  isTheTime,
  owedRepeat,
  type StandingStep,
  standingSteps,
} from './escalation-owed.ts';
import { type Actor, isOver, TOCSIN } from './incident.ts';
import { type Page, pageId } from './page.ts';
import { type Policy, type Step, type Target, targetKey } from './policy.ts';

/**
 * What must happen at this moment, in order; empty: nothing. To be called when `nextAt` says, at any other time, and as often as one
 * likes: what was decided is in `escalation`, and is not decided again. After a long outage every step that is still owed comes
 * once, however many of its repeats were missed, and nobody is told by two steps at once what one way tells them.
 */
export function escalate(policy: Policy, escalation: Escalation, situation: Situation, now: number): EscalationEvent[] {
  const lost = unanswered(policy, escalation, situation, now);
  if (!lost) return [...pagesDue(policy, escalation, situation, now), ...question(policy, escalation, situation, now)];

  const again: Situation = { ...situation, status: 'triggered', owner: null };
  return [lost, ...pagesDue(policy, follow(policy, escalation, lost, again), again, now)];
}

/** What to do with a page that was decided. */
export type Judgement =
  /** Whoever has acknowledged meanwhile is left out too. */
  | { readonly kind: 'send'; readonly except: Actor | null }
  /** It is put off, or the time of day is wrong. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'drop'; readonly why: DropReason };

/** Whether a page that was decided may be sent at this moment. It is asked right before each attempt. */
export function judgePage(
  policy: Policy,
  escalation: Escalation,
  situation: Situation,
  page: Page,
  now: number,
): Judgement {
  if (isOver(situation)) return { kind: 'drop', why: 'over' };
  const send = { kind: 'send', except: leftOut(situation) } as const;
  if (page.isByHand) return send;
  const standing = standingSteps(policy, situation).find(({ step }) => step.id === page.step);
  if (!standing) return { kind: 'drop', why: 'not_called_for' };
  const { step } = standing;
  if (isEnded(step.until, escalation, situation, now)) return { kind: 'drop', why: 'ended' };
  if (!isCalledFor(step, escalation, situation, now)) return { kind: 'drop', why: 'not_called_for' };
  return isTheTime(step, policy, escalation, situation, now) ? send : { kind: 'wait' };
}

/** Who knows already. */
function leftOut({ status, owner }: Situation): Actor | null {
  return status === 'triggered' ? null : owner;
}

/** The page of a step. */
export function pageOf(
  standing: StandingStep,
  repeat: number,
  situation: Situation,
  round: number,
  at: number,
): PageDue {
  const { step } = standing;
  return {
    type: 'page_due',
    at,
    page: pageId(situation.id, round, step.id, repeat),
    step: step.id,
    level: step.level,
    repeat,
    notify: targetsOf(standing, repeat),
    via: step.via,
    except: leftOut(situation),
    isByHand: false,
  };
}

/** The page without targets that somebody else tells, or that are the owner. */
export function without(page: PageDue, isTold: (target: Target) => boolean): PageDue | PagePassed {
  const notify = page.notify.filter((target) => !isTold(target) && !isPerson(target, page.except));
  if (notify.length > 0) return { ...page, notify };
  const { at, step, level, repeat } = page;
  return { type: 'page_passed', at, step, level, repeat };
}

function isPerson(target: Target, user: Actor | null): boolean {
  return target.kind === 'person' && target.user === user;
}

function targetsOf(standing: StandingStep, repeat: number): Target[] {
  const channel: Target[] = isOfEnd(standing, repeat) ? [{ kind: 'channel', channel: null }] : [];
  const all = [...standing.step.notify, ...channel];
  return all.filter((one, i) => all.findIndex((other) => targetKey(other) === targetKey(one)) === i);
}

interface Owed {
  readonly step: Step;
  readonly after: number;
  readonly page: PageDue;
}

function pagesDue(policy: Policy, escalation: Escalation, situation: Situation, now: number): (PageDue | PagePassed)[] {
  const owed: Owed[] = standingSteps(policy, situation).flatMap((standing) => {
    const repeat = owedRepeat(standing, policy, escalation, situation, now);
    if (repeat === null) return [];
    const page = pageOf(standing, repeat, situation, escalation.round, now);
    return [{ step: standing.step, after: dueAfter(standing, repeat), page }];
  });
  const inOrder = owed.toSorted((a, b) => a.after - b.after);
  return inOrder.map(({ page }, i) => {
    const newer = inOrder.slice(i + 1);
    return without(page, (target) => newer.some((other) => isSameNews(page, other.page, target)));
  });
}

/** Whether another page of this moment goes to the same target, first by the same way. */
function isSameNews(page: PageDue, other: PageDue, target: Target): boolean {
  const isSameWay = target.kind === 'channel' || isEqual(page.via[0], other.via[0]);
  return isSameWay && other.notify.some((one) => targetKey(one) === targetKey(target));
}

function isEqual(a: PageDue['via'][number] | undefined, b: PageDue['via'][number] | undefined): boolean {
  return a?.kind === b?.kind && addressOf(a) === addressOf(b);
}

function addressOf(way: PageDue['via'][number] | undefined): string | null {
  return way && 'to' in way ? way.to : null;
}

function unanswered(policy: Policy, escalation: Escalation, situation: Situation, now: number) {
  const due = answerDueAt(policy, escalation, situation, now);
  if (due === null || now < due) return null;
  return { type: 'unacknowledged', at: now, by: TOCSIN, owner: situation.owner, why: 'no_answer' } as const;
}

function question(policy: Policy, escalation: Escalation, situation: Situation, now: number): EscalationEvent[] {
  const due = questionDueAt(policy, escalation, situation, now);
  if (due === null || now < due || situation.owner === null) return [];
  return [{ type: 'asked_owner', at: now, owner: situation.owner }];
}
