import { describe, expect, it } from 'vitest';
import { situationOf } from '../../src/domain/escalation-situation.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { BY_RULE } from '../support/plain.ts';
import { policy } from './escalation-given.ts';
import { ANA, opened } from './given.ts';

const RULES = policy([], { rulePaging: { volume: 'never', latency: 'always' } });

/** An incident with an alarm of each of these rules. */
function incidentOf(rules: readonly string[], severity: Severity = 'P2', more: Partial<Incident> = {}): Incident {
  const { incident } = opened({}, severity);
  const [alarm] = incident.members.shown;
  if (!alarm) throw new Error('an alarm opened it');
  const shown = rules.map((rule) => ({ ...alarm, key: rule, ruling: { ...BY_RULE, rule } }));
  return { ...incident, members: { ...incident.members, shown }, ...more };
}

const paging = (incident: Incident) => situationOf(incident, RULES).paging;

describe('the situation of an incident', () => {
  it('is what the policy must know of it', () => {
    const incident = incidentOf(['latency', 'latency', 'errors']);
    expect(situationOf(incident, RULES)).toEqual({
      id: incident.id,
      status: 'triggered',
      severity: 'P2',
      incidentClass: 'system',
      environment: 'prod',
      owner: null,
      rules: ['latency', 'errors'],
      paging: 'always',
      isFiring: true,
    });
  });

  it('fires while one of its alarms does', () => {
    const incident = incidentOf(['latency']);
    const well = { ...incident, members: { ...incident.members, firing: 0 } };
    expect(situationOf(well, RULES).isFiring).toBe(false);
  });
});

describe('whom it wakes', () => {
  it('is as its severity has it, where no rule says otherwise', () => {
    expect(paging(incidentOf(['errors', 'other']))).toBeNull();
    expect(paging(incidentOf([]))).toBeNull();
  });

  it('is what the rule says', () => {
    expect(paging(incidentOf(['volume'], 'P0'))).toBe('never');
    expect(paging(incidentOf(['latency'], 'P3'))).toBe('always');
  });

  it('is the strongest of several: one that is to wake nobody does not keep another from it', () => {
    expect(paging(incidentOf(['volume', 'latency']))).toBe('always');
    expect(paging(incidentOf(['volume', 'errors'], 'P1'))).toBe('always');
    expect(paging(incidentOf(['volume', 'errors'], 'P2'))).toBe('working_hours');
    expect(paging(incidentOf(['volume', 'errors'], 'P3'))).toBe('never');
  });

  it('is as the severity has it when a person chose it', () => {
    expect(paging(incidentOf(['volume'], 'P0', { severityBy: ANA }))).toBeNull();
  });
});
