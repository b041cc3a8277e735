import type { IncidentEvent } from '../domain/incident.ts';
import type { Policies } from './policies.ts';
import {
  type StoredMember,
  type StoredRuling,
  shortMember,
  shortRuling,
  wholeMember,
  wholeRuling,
} from './stored-member.ts';

/** An event as it is stored: JSON, without what a ruling does not know, and with the name of its policy. */
export function writeEvent(event: IncidentEvent, policies: Pick<Policies, 'stored'>): string {
  if (event.type === 'opened') {
    const { escalation, ...facts } = event;
    return JSON.stringify(escalation ? { ...facts, escalation: policies.stored(escalation).name } : facts);
  }
  if (event.type === 'alarms') return JSON.stringify({ ...event, changed: event.changed.map(shortMember) });
  if (event.type === 'graded') return JSON.stringify({ ...event, ruling: shortRuling(event.ruling) });
  return JSON.stringify(event);
}

/** Reads what `writeEvent` has written, also what it wrote before incidents had all that they have now. */
export async function readEvent(json: string, policies: Pick<Policies, 'named'>): Promise<IncidentEvent> {
  const event = JSON.parse(json) as IncidentEvent;
  if (event.type === 'opened') {
    const policy = event.escalation as unknown as string | undefined; // as `writeEvent` has it
    const escalation = policy ? await policies.named(policy) : null;
    return { ...event, runbook: event.runbook ?? null, answerDue: event.answerDue ?? {}, escalation };
  }
  if (event.type === 'graded') return { ...event, ruling: wholeRuling(event.ruling as StoredRuling) };
  if (event.type !== 'alarms') return event;
  const changed = event.changed.map((one) => ('title' in one ? wholeMember(one as StoredMember) : one));
  return { ...event, changed };
}
