import { endOfNextBusinessDay } from './calendar.ts';
import type { AlarmRule, AnswerTime, Calendar, Service } from './service.ts';
import { SEVERITIES, type Severity } from './severity.ts';

/** By when somebody must answer what came at `from`, by severity; a level without an answer time is left out. The rule's own beats the service's. */
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

function dueAt(time: AnswerTime, calendar: Calendar, from: number): number {
  return time.kind === 'within' ? from + time.ms : endOfNextBusinessDay(calendar, from);
}
