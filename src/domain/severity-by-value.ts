import type { Command } from './decide.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import { isWorse, type Severity } from './severity.ts';

/**
 * What a newly measured value does: worse counts at once, milder only after it has lasted for the dwell time, and never against
 * what a person chose.
 */
export function decideGrade(
  incident: Incident,
  { key, severity, ruling, dwellMs }: Extract<Command, { type: 'grade' }>,
  now: number,
): IncidentEvent[] {
  const before = incident.members.shown.find((member) => member.key === key);
  if (isOver(incident) || !before) return [];
  const isSame = before.severity === severity && JSON.stringify(before.ruling) === JSON.stringify(ruling);
  const graded: IncidentEvent[] = isSame ? [] : [{ type: 'graded', at: now, key, severity, ruling }];
  const worst = worstOf(incident, key, severity);
  if (isWorse(worst, incident.severity) && isWorse(severity, before.severity)) {
    return [...graded, { type: 'severity_set', at: now, by: TOCSIN, from: incident.severity, severity: worst }];
  }
  const wanted = incident.severityBy === TOCSIN && isWorse(incident.severity, worst) ? worst : null;
  if ((incident.easing?.severity ?? null) === wanted) return graded;
  return [...graded, { type: 'easing', at: now, severity: wanted, dwellMs }];
}

/** The worst of the alarms that still say something, with one of them graded anew. */
function worstOf({ members }: Incident, key: string, graded: Severity): Severity {
  const others = members.shown.filter((one) => one.key !== key && one.state !== 'recovered').map((one) => one.severity);
  return [graded, ...others].sort()[0] ?? graded;
}

/** The milder severity has lasted long enough. */
export function decideEasing({ easing, severity, ...incident }: Incident, now: number): IncidentEvent[] {
  if (!easing || isOver(incident) || now < easing.since + easing.dwellMs) return [];
  return [{ type: 'severity_set', at: now, by: TOCSIN, from: severity, severity: easing.severity }];
}
