import { isOverdue } from './answer-time.ts';
import { calendarOf } from './deadline-commands.ts';
import { dueReminders } from './deadline-reminders.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN, unansweredAt } from './incident.ts';
import { decideEasing } from './severity-by-value.ts';

/** What has become true because time has passed. Early, late or twice is harmless. */
export function wake(incident: Incident, now: number): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  if (incident.silencedUntil !== null && now >= incident.silencedUntil) events.push({ type: 'silence_ended', at: now });
  events.push(...dueReminders(incident.deadlines, calendarOf(incident), now), ...decideEasing(incident, now));
  const lateAt = unansweredAt(incident);
  if (lateAt !== null && isOverdue(lateAt, now)) events.push({ type: 'answer_overdue', at: now });
  if (isOver(incident) || incident.watchUntil === null || incident.noteAsked || now < incident.watchUntil)
    return events;

  // What a person declared may be more than the alarms that joined it: only people end it.
  const endsByItself = incident.policy.recovery.end === 'resolve' && incident.openedBy === TOCSIN;
  events.push(
    endsByItself
      ? { type: 'resolved', at: now, by: 'tocsin', text: 'All alarms recovered and stayed so.' }
      : { type: 'note_asked', at: now },
  );
  return events;
}
