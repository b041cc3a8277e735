import { apply } from './apply.ts';
import { type Advised, type Deadline, type DeadlineEvent, openDeadlines } from './deadline.ts';
import { LONGEST_DEADLINE_MS, MOST_OPEN, nextDeadlineId } from './deadline-commands.ts';
import type { Decision } from './decide.ts';
import { gradeOffers } from './grade-offers.ts';
import { isFurther } from './grading.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import type { Member } from './member.ts';

/**
 * A decision with the deadlines that follow from it: what a grade wants done by a time, once for each rule, and a worse one sooner;
 * whoever takes the incident has what nobody had; and what a grade proposes to do at once. `before` is the incident that it is about; `null`: the decision opens it.
 */
export function withDeadlines(before: Incident | null, decision: Decision): Decision {
  const { events } = decision;
  const after = events.reduce<Incident | null>(apply, before);
  if (!after) return decision;
  const more = [...taken(after, events), ...advised(after, events), ...gradeOffers(before, after, events)];
  return more.length === 0 ? decision : { ...decision, events: [...events, ...more] };
}

/** Whoever takes an incident, or is given it, has what a rule wants done and nobody had. What a person left to nobody stays so. */
function taken({ owner, deadlines }: Incident, events: readonly IncidentEvent[]): DeadlineEvent[] {
  const taking = events.findLast(({ type }) => type === 'acknowledged' || type === 'assigned' || type === 'reopened');
  if (!taking || !('by' in taking) || taking.by === TOCSIN || owner === null) return [];
  const { at, by } = taking;
  return openDeadlines({ deadlines })
    .filter((one) => one.owner === null && one.from !== null)
    .map(({ id, due }) => ({ type: 'deadline_changed', at, by, id, owner, due }));
}

const GRADING: ReadonlySet<IncidentEvent['type']> = new Set(['alarms', 'graded']);

function advised(incident: Incident, events: readonly IncidentEvent[]): DeadlineEvent[] {
  const at = events.findLast(({ type }) => GRADING.has(type))?.at;
  if (at === undefined || isOver(incident)) return [];
  const news: DeadlineEvent[] = [];
  let now = incident;
  for (const member of incident.members.shown) {
    const event = adviceOf(now, member, at);
    if (!event) continue;
    news.push(event);
    now = apply(now, event);
  }
  return news;
}

/** What an alarm wants done by a time, where that is news: nothing of its rule is to be done, or a worse grade wants it sooner. */
function adviceOf({ deadlines, owner }: Incident, { ruling, state }: Member, at: number): DeadlineEvent | null {
  const { rule, reached, advice, dueAt } = ruling;
  if (state === 'recovered' || reached === null || advice === null || dueAt === null) return null;
  const from: Advised = { rule, reached };
  const text = advice.trim().replace(/\.$/, '');
  const due = Math.min(dueAt, at + LONGEST_DEADLINE_MS);
  const mine = deadlines.filter((one) => one.from?.rule === rule);
  if (!mine.every((one) => isWorseThan(from, one))) return null;
  const open = mine.find(({ done }) => done === null);
  if (!open) {
    if (openDeadlines({ deadlines }).length >= MOST_OPEN) return null;
    return { type: 'deadline_set', at, by: TOCSIN, id: nextDeadlineId(deadlines), text, owner, due, from };
  }
  if (due >= open.due) return null;
  return { type: 'deadline_changed', at, by: TOCSIN, id: open.id, owner: open.owner, due, text, from };
}

function isWorseThan({ reached }: Advised, { from }: Deadline): boolean {
  return from === null || isFurther(reached, from.reached);
}
