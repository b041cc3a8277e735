import type { IncidentEvent } from '../domain/incident.ts';
import {
  type StoredMember,
  type StoredRuling,
  shortMember,
  shortRuling,
  wholeMember,
  wholeRuling,
} from './stored-member.ts';

/** An event as it is stored: JSON, without what a ruling does not know. */
export function writeEvent(event: IncidentEvent): string {
  if (event.type === 'alarms') return JSON.stringify({ ...event, changed: event.changed.map(shortMember) });
  if (event.type === 'graded') return JSON.stringify({ ...event, ruling: shortRuling(event.ruling) });
  return JSON.stringify(event);
}

/** Reads what `writeEvent` has written, also what it wrote before incidents had all that they have now. */
export function readEvent(json: string): IncidentEvent {
  const event = JSON.parse(json) as IncidentEvent;
  if (event.type === 'opened') return { ...event, runbook: event.runbook ?? null, answerDue: event.answerDue ?? {} };
  if (event.type === 'graded') return { ...event, ruling: wholeRuling(event.ruling as StoredRuling) };
  if (event.type !== 'alarms') return event;
  const changed = event.changed.map((one) => ('title' in one ? wholeMember(one as StoredMember) : one));
  return { ...event, changed };
}
