import type { Situation } from './escalation.ts';
import { type Incident, TOCSIN } from './incident.ts';
import type { Policy } from './policy.ts';
import { PAGING, type Paging } from './service.ts';

/** What the policy must know of an incident as it is. Of many alarms the most telling ones count, which are those that it carries. */
export function situationOf(incident: Incident, policy: Policy): Situation {
  const { id, status, severity, incidentClass, environment, owner, members } = incident;
  const rules = [...new Set(members.shown.map(({ ruling }) => ruling.rule))];
  const isFiring = members.firing > 0;
  return {
    id,
    status,
    severity,
    incidentClass,
    environment,
    owner,
    rules,
    isFiring,
    paging: paging(incident, policy, rules),
  };
}

const STRENGTH: readonly Paging[] = ['never', 'working_hours', 'always'];

/**
 * The strongest of what its rules say; one that says nothing leaves it to the severity. A severity that a person chose beats all
 * rules: whoever calls something P0 wants it to wake somebody.
 */
function paging({ severity, severityBy }: Incident, { rulePaging }: Policy, rules: readonly string[]): Paging | null {
  const said = rules.map((rule) => rulePaging[rule] ?? null);
  if (severityBy !== TOCSIN || said.every((one) => one === null)) return null;
  return said
    .map((one) => one ?? PAGING[severity])
    .reduce((a, b) => (STRENGTH.indexOf(a) < STRENGTH.indexOf(b) ? b : a));
}
