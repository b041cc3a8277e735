import type { Deadline, DeadlineEvent } from './deadline.ts';
import { afterWorking, nextBeginOfWork } from './escalation-hours.ts';
import type { Actor } from './incident.ts';
import type { Calendar } from './service.ts';

const DAY_MS = 86_400_000;
/** How often an owner is reminded of what is overdue, before the channel is told. */
const OVERDUE_TIMES = 5;

/** One reminder of a deadline. */
export interface Reminder {
  /** Its place: 1 before it is due, 2 when it is, 3 to 7 while it is overdue, 8 to the channel. What does not come leaves a gap. */
  readonly count: number;
  /** Epoch ms. */
  readonly at: number;
  /** Who is told; `null`: the channel. */
  readonly to: Actor | null;
}

/** The last reminder: nobody has done it, and no more is said. */
export const LAST_REMINDER = 3 + OVERDUE_TIMES;

type Timed = Pick<Deadline, 'since' | 'due' | 'owner'>;

/**
 * All reminders of a deadline in their order: a day before it is due (or at half of its time, when that is shorter than two days), when
 * it is due, at the beginning of the next five working days, and then once to the channel. None comes outside of working hours; without
 * a calendar (`null`) there are none such, and a day is 24 hours. What nobody has is told to the channel, and not day by day.
 */
export function remindersOf({ since, due, owner }: Timed, calendar: Calendar | null): Reminder[] {
  const span = due - since;
  const before = atWork(calendar, span < 2 * DAY_MS ? since + span / 2 : due - DAY_MS);
  const then = atWork(calendar, due);
  if (then === null) return [];
  return [
    ...(before !== null && before < then ? [{ count: 1, at: before, to: owner }] : []),
    { count: 2, at: then, to: owner },
    ...overdue(then, calendar)
      .map((at, i) => ({ count: 3 + i, at, to: 3 + i === LAST_REMINDER ? null : owner }))
      .filter(({ count }) => owner !== null || count === LAST_REMINDER),
  ];
}

/** The beginnings of the working days after a moment, as many as reminders come when it is too late. */
function overdue(after: number, calendar: Calendar | null): number[] {
  const days: number[] = [];
  while (days.length <= OVERDUE_TIMES) {
    const last = days.at(-1) ?? after;
    const at = calendar ? nextBeginOfWork(calendar, last) : last + DAY_MS;
    if (at === null) break;
    days.push(at);
  }
  return days;
}

/** The first working moment from `at` on. */
function atWork(calendar: Calendar | null, at: number): number | null {
  return calendar ? afterWorking(calendar, at, 0) : at;
}

type Remindable = Timed & Pick<Deadline, 'done' | 'reminders'>;

/** The reminders that were not given, nor passed over by a newer one. */
function left(deadline: Remindable, calendar: Calendar | null): Reminder[] {
  if (deadline.done) return [];
  return remindersOf(deadline, calendar).filter(({ count }) => count > deadline.reminders);
}

/** When it is next reminded of, as seen at `now`; in the past when that is late. `null`: no more. */
export function nextReminderAt(deadline: Remindable, calendar: Calendar | null, now: number): number | null {
  const [first] = left(deadline, calendar);
  if (!first) return null;
  if (first.at > now) return first.at;
  const at = atWork(calendar, now);
  return at === now ? first.at : at;
}

/** What must be said now of those that are open. After an outage the newest reminder of each stands for all that it missed. */
export function dueReminders(
  deadlines: readonly Deadline[],
  calendar: Calendar | null,
  now: number,
): Extract<DeadlineEvent, { type: 'deadline_reminded' }>[] {
  if (deadlines.every(({ done }) => done !== null) || atWork(calendar, now) !== now) return [];
  return deadlines.flatMap((deadline) => {
    const due = left(deadline, calendar).findLast(({ at }) => at <= now);
    return due ? [{ type: 'deadline_reminded', at: now, id: deadline.id, count: due.count, to: due.to }] : [];
  });
}
