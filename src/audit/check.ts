import { judgePage } from '../domain/escalation-due.ts';
import { nextAt } from '../domain/escalation-next.ts';
import { reasonForNone } from '../domain/escalation-reason.ts';
import { situationOf } from '../domain/escalation-situation.ts';
import { type Incident, isOver, nextOwnWakeAt } from '../domain/incident.ts';
import { readDeliveryId } from '../domain/page.ts';
import { deliveriesMoved, nextWakeAt } from '../domain/paging.ts';
import { type FindingKind, LATE_S, secondsInWords, timeInWords } from './finding.ts';

/** What is wrong with one incident. */
export interface Problem {
  readonly kind: FindingKind;
  readonly text: string;
  /** What puts it right: an entry of a sorted set that must be there, and no later than `latest` (epoch ms). */
  readonly mend: {
    readonly set: 'timers' | 'pages';
    readonly entry: string;
    readonly at: number;
    readonly latest: number;
  } | null;
}

/** When Redis has an incident and its pages looked at, epoch ms by entry; what is not there it has not. */
export type Kept = ReadonlyMap<string, number>;

/** Clocks of machines differ, and what is being sent is looked at again a little later. */
const TIMER_SLACK_MS = 1_000;
const PAGE_SLACK_MS = 60_000;

/** Targets of pages that must be in the queue. */
export function pagesOf(incident: Incident): { readonly id: string; readonly at: number }[] {
  return deliveriesMoved(null, incident).flatMap(({ id, at }) => (at === null ? [] : [{ id, at }]));
}

/**
 * Whether an open incident is looked at in time, its pages are on their way, and its policy goes on or says why not. What comes too
 * early does no harm: it is put right when it comes. `kept` has the incident by its id, and its pages by theirs.
 */
export function check(incident: Incident, kept: Kept, now: number): Problem[] {
  const pages = pagesOf(incident);
  const at = nextWakeAt(incident, now);
  // Only what is no deadline of its own is one of the policy: it need not be thought through twice.
  const hasStep = pages.length > 0 || (at !== null && at !== nextOwnWakeAt(incident, now));
  return [
    ...timer(incident, at, kept),
    ...pages.flatMap((page) => onItsWay(incident, page, kept, now)),
    ...(hasStep ? [] : noStep(incident, now)),
  ];
}

function timer({ id }: Incident, at: number | null, kept: Kept): Problem[] {
  const score = kept.get(id);
  if (at === null || (score !== undefined && score <= at + TIMER_SLACK_MS)) return [];
  const found = score === undefined ? 'had none' : `was set for ${timeInWords(score)}`;
  const text = `${id} must be looked at by ${timeInWords(at)}, and its deadline ${found}.`;
  return [{ kind: 'timer', text, mend: { set: 'timers', entry: id, at, latest: at + TIMER_SLACK_MS } }];
}

function onItsWay(
  incident: Incident,
  { id, at }: { readonly id: string; readonly at: number },
  kept: Kept,
  now: number,
): Problem[] {
  const score = kept.get(id);
  const latest = Math.max(at, now) + PAGE_SLACK_MS;
  if (score === undefined || score > latest) {
    const found = score === undefined ? 'was in no queue' : `was put off until ${timeInWords(score)}`;
    return [{ kind: 'page', text: `The page ${id} ${found}.`, mend: { set: 'pages', entry: id, at, latest } }];
  }
  const lateMs = now - at;
  if (lateMs <= LATE_S * 1_000 || !isOwed(incident, id, now)) return [];
  return [
    { kind: 'stuck', text: `The page ${id} should have been tried ${secondsInWords(lateMs / 1_000)} ago.`, mend: null },
  ];
}

/** Whether a page may be sent now: one that waits for a snooze or for working hours is not late. */
function isOwed(incident: Incident, delivery: string, now: number): boolean {
  const { policy, state } = incident.escalation ?? {};
  const page = state?.pages.find(({ id }) => id === readDeliveryId(delivery).page);
  if (!policy || !state || !page) return false;
  return judgePage(policy, state, situationOf(incident, policy), page, now).kind === 'send';
}

function noStep(incident: Incident, now: number): Problem[] {
  if (!incident.escalation || isOver(incident)) return [];
  const { policy, state } = incident.escalation;
  if (nextAt(policy, state, situationOf(incident, policy), now) !== null) return [];
  if (reasonForNone(incident, now) !== null) return [];
  const text = `${incident.id} tells nobody any more, and nothing says why.`;
  return [{ kind: 'no_step', text, mend: null }];
}
