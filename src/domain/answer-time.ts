import { endOfNextBusinessDay } from './calendar.ts';
import type { AlarmRule, AnswerTime, Calendar, Service } from './service.ts';
import { SEVERITIES, type Severity } from './severity.ts';

/**
 * By when somebody must answer what came at `from` (when it was received, or declared), by severity, in epoch ms; a level without an
 * answer time is left out. The rule's own time beats those of the service.
 */
export function answerDue(
  { severities, calendar }: Pick<Service, 'severities' | 'calendar'>,
  rule: Pick<AlarmRule, 'answerWithin'> | null,
  from: number,
): Partial<Record<Severity, number>> {
  const due = SEVERITIES.flatMap((severity) => {
    const time = rule?.answerWithin ?? severities[severity].answerWithin;
    return time ? [[severity, dueAt(time, calendar, from)] as const] : [];
  });
  return Object.fromEntries(due);
}

/** Whether it is too late for an answer: "within 15 min" means less than that. */
export function isOverdue(due: number, now: number): boolean {
  return now >= due;
}

function dueAt(time: AnswerTime, calendar: Calendar, from: number): number {
  return time.kind === 'within' ? from + time.ms : endOfNextBusinessDay(calendar, from);
}
