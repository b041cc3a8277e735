import { begun, type Escalation, type Situation, withClocks } from './escalation.ts';
import { STOPPED } from './escalation-clock.ts';
import type { EscalationEvent, PageDropped, PageDue, PageFailed, PageSent } from './escalation-events.ts';
import { type Holds, heldBy, released, worsened } from './escalation-hold.ts';
import { standingSteps, timesPassed } from './escalation-owed.ts';
import { type Actor, type IncidentEvent, TOCSIN } from './incident.ts';
import { isUnsent, nextAttemptAt, type Page, withFailure, withSent } from './page.ts';
import type { Policy } from './policy.ts';
import { isWorse, type Severity } from './severity.ts';

export type FollowedEvent = IncidentEvent | EscalationEvent;

/**
 * The escalation after an event of its incident. `situation` is that after the event. Total and silent, as `apply` is: the same
 * events give the same escalation.
 */
export function follow(policy: Policy, escalation: Escalation, event: FollowedEvent, situation: Situation): Escalation {
  const { at } = event;
  if (event.type === 'opened') return begun(policy, situation, at);
  const eased = event.type === 'severity_set' ? withoutNews(policy, escalation, event, situation) : escalation;
  const next = heldAnew(changed(eased, event, situation), event, situation);
  const counts = withClocks(policy, next, situation, at);
  return MATTERS.has(event.type) ? { ...counts, changedAt: at } : counts;
}

/** What may make a page owed that was not. */
const MATTERS: ReadonlySet<FollowedEvent['type']> = new Set([
  'acknowledged',
  'alarms',
  'assigned',
  'mitigated',
  'page_dropped',
  'recovered',
  'relapsed',
  'reopened',
  'severity_set',
  'silence_ended',
  'silenced',
  'snooze_ended',
  'snoozed',
  'unacknowledged',
  'value_held',
]);

function changed(escalation: Escalation, event: FollowedEvent, situation: Situation): Escalation {
  switch (event.type) {
    case 'page_due':
      return withPage(escalation, event);
    case 'page_passed':
      return { ...escalation, done: { ...escalation.done, [event.step]: event.repeat } };
    case 'page_sent':
      return withReach(
        withDelivery(escalation, event.page, (page) => withSent(page, event.target)),
        event,
        null,
      );
    case 'page_failed':
      return withFailed(escalation, event);
    case 'page_dropped':
      return withoutPage(escalation, event);
    case 'value_held':
      return { ...escalation, held: withValue(escalation.held, event.condition, event.since) };
    case 'reopened':
    case 'unacknowledged':
      return newRound(escalation, event.at);
    default:
      return { ...escalation, progress: progressAfter(escalation.progress, event, situation) };
  }
}

/**
 * Good news pages nobody: where a milder severity makes another step the last one, so that its people would have been told again
 * meanwhile, they are told at the next time. Whoever was owed something before is owed it still, and who was never told is told.
 */
function withoutNews(policy: Policy, escalation: Escalation, event: SeveritySet, situation: Situation): Escalation {
  if (!isWorse(event.from, event.severity)) return escalation;
  const before = { ...situation, severity: event.from };
  const stoodBefore = standingSteps(policy, before);
  const passed = standingSteps(policy, situation).flatMap((standing): [string, number][] => {
    const { id } = standing.step;
    const told = escalation.done[id];
    const then = stoodBefore.find(({ step }) => step.id === id);
    const owedThen = then ? timesPassed(then, policy, escalation, before, event.at) - 1 : -1;
    const owedNow = timesPassed(standing, policy, escalation, situation, event.at) - 1;
    return told !== undefined && owedThen <= told && owedNow > told ? [[id, owedNow]] : [];
  });
  return { ...escalation, done: { ...escalation.done, ...Object.fromEntries(passed) } };
}

type SeveritySet = Extract<IncidentEvent, { type: 'severity_set' }>;

/** What was on its way is not sent any more: its step tells everybody anew. */
function newRound(escalation: Escalation, at: number): Escalation {
  const progress = { at, askedAt: null, times: 0 };
  return {
    ...escalation,
    round: escalation.round + 1,
    firing: STOPPED,
    open: STOPPED,
    done: {},
    pages: [],
    unreached: [],
    progress,
  };
}

function withPage(escalation: Escalation, event: PageDue): Escalation {
  const { page: id, step, level, repeat, at, via, except, isByHand } = event;
  const deliveries = event.notify.map((target) => ({ target, attempts: [], isSent: false }));
  const page: Page = { id, step, level, repeat, at, via, deliveries, except, isByHand };
  const done = { ...escalation.done, [step]: Math.max(repeat, escalation.done[step] ?? 0) };
  return { ...escalation, done, pages: [...escalation.pages, page] };
}

/** A page leaves when nothing of it is left to try. */
function withDelivery(escalation: Escalation, id: string, change: (page: Page) => Page): Escalation {
  const pages = escalation.pages
    .map((page) => (page.id === id ? change(page) : page))
    .filter((page) => page.id !== id || nextAttemptAt(page) !== null);
  return { ...escalation, pages };
}

function withFailed(escalation: Escalation, event: PageFailed): Escalation {
  const level = escalation.pages.find(({ id }) => id === event.page)?.level;
  const tried = withDelivery(escalation, event.page, (page) => withFailure(page, event.target, event));
  return event.isLast && event.isOwner !== true && level !== undefined ? withReach(tried, event, level) : tried;
}

/** Whom no way has reached, until one does. `level`: they were not reached at it; `null`: they were. */
function withReach(
  escalation: Escalation,
  { target, ...event }: PageFailed | PageSent,
  level: string | null,
): Escalation {
  const others = escalation.unreached.filter((one) => one.target !== target);
  const why = event.type === 'page_failed' ? event.why : '';
  const unreached = level === null ? others : [...others, { level, target, why }].slice(-UNREACHED_KEPT);
  return { ...escalation, unreached };
}

const UNREACHED_KEPT = 5;

/** What reached nobody may be owed again; what reached somebody has been. */
function withoutPage(escalation: Escalation, { page: id }: PageDropped): Escalation {
  const page = escalation.pages.find((one) => one.id === id);
  if (!page) return escalation;
  const pages = escalation.pages.filter((one) => one !== page);
  if (!isUnsent(page) || escalation.done[page.step] !== page.repeat) return { ...escalation, pages };

  const { [page.step]: _, ...others } = escalation.done;
  return { ...escalation, pages, done: page.repeat === 0 ? others : { ...others, [page.step]: page.repeat - 1 } };
}

function withValue(held: Escalation['held'], condition: string, since: number | null): Escalation['held'] {
  const { [condition]: _, ...others } = held;
  return since === null ? others : { ...others, [condition]: since };
}

function progressAfter(
  progress: Escalation['progress'],
  event: FollowedEvent,
  { owner }: Situation,
): Escalation['progress'] {
  const { at } = event;
  switch (event.type) {
    case 'acknowledged':
    case 'assigned':
      return { at, askedAt: null, times: 0 };
    case 'asked_owner':
      return { ...progress, askedAt: at, times: progress.times + 1 };
    case 'mitigated':
    case 'recovered':
    case 'relapsed':
    case 'resolved':
      return { ...progress, at, askedAt: null };
    case 'confirmed':
    case 'message_added':
    case 'noted':
    case 'severity_set':
    case 'snoozed':
    case 'step_ticked':
      return signOfWork(progress, event.by, owner, at);
    default:
      return progress;
  }
}

/** Anybody's work is progress; a question that was put to the owner only the owner answers. */
function signOfWork(progress: Escalation['progress'], by: Actor, owner: Actor | null, at: number) {
  if (by === TOCSIN || (progress.askedAt !== null && by !== owner)) return progress;
  return { ...progress, at, askedAt: null };
}

/** A snooze and a silence each last as long as somebody has said; a worse severity ends what was put off when it was milder. */
function heldAnew(escalation: Escalation, event: FollowedEvent, { severity }: Situation): Escalation {
  const { beneath: _, ...others } = escalation;
  return { ...others, ...holdsAfter(escalation, event, severity) };
}

function holdsAfter(holds: Holds, event: FollowedEvent, severity: Severity): Holds {
  switch (event.type) {
    case 'snoozed':
      return heldBy(holds, { kind: 'snooze', until: event.until, severity });
    case 'silenced':
      return heldBy(holds, { kind: 'silence', until: event.until, severity });
    case 'silence_ended':
      return released(holds, 'silence');
    case 'snooze_ended':
    case 'unacknowledged': // whoever put it off has it no more
      return released(holds, 'snooze');
    case 'resolved':
    case 'reopened':
      return { hold: null };
    default:
      return worsened(holds, severity);
  }
}
