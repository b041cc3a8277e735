import type { Escalation } from '../domain/escalation.ts';
import { type Incident, isOver, TOCSIN } from '../domain/incident.ts';
import { packed, unpacked } from './packed.ts';
import type { Policies } from './policies.ts';
import { type StoredMember, shortMember, wholeMember } from './stored-member.ts';

/**
 * A snapshot as it is stored: JSON while the incident is open and changes often, packed once it is over and only kept. What an alarm's
 * ruling does not know is left out, and the policy is told by its name.
 */
export function writeSnapshot(incident: Incident, policies: Pick<Policies, 'stored'>): string | Buffer {
  const { members, escalation } = incident;
  const json = JSON.stringify({
    ...incident,
    members: { ...members, shown: members.shown.map(shortMember) },
    escalation: escalation && { ...escalation, policy: policies.stored(escalation.policy).name },
  });
  return isOver(incident) ? packed(json) : json;
}

/** Reads what `writeSnapshot` has written, also what it wrote before incidents had all that they have now. */
export async function readSnapshot(stored: Buffer, policies: Pick<Policies, 'named'>): Promise<Incident> {
  const { escalation: named, ...incident } = { ...LATER, ...(JSON.parse(unpacked(stored)) as StoredIncident) };
  const shown = incident.members.shown.map((member) => wholeMember(member as StoredMember));
  const escalation = named && { ...named, policy: await policies.named(named.policy) };
  return { ...incident, members: { ...incident.members, shown }, escalation };
}

/** The policy is stored beside it. */
type StoredIncident = Omit<Incident, 'escalation'> & {
  readonly escalation: { readonly policy: string; readonly state: Escalation } | null;
};

/** What the first incidents did not have. */
const LATER: Pick<
  StoredIncident,
  | 'escalation'
  | 'deadlines'
  | 'runbook'
  | 'answerDue'
  | 'severityBy'
  | 'chosen'
  | 'easing'
  | 'evidence'
  | 'overdueAt'
  | 'steps'
  | 'runs'
  | 'proposals'
> = {
  runbook: null,
  answerDue: {},
  severityBy: TOCSIN,
  chosen: null,
  easing: null,
  evidence: null,
  overdueAt: null,
  steps: [],
  escalation: null,
  deadlines: [],
  runs: [],
  proposals: [],
};
