import { apply } from './apply.ts';
import { isFurther, isSameLimit, type Ruling, settled } from './grading.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import type { Member } from './member.ts';
import { isWorse, type Severity, worstOf } from './severity.ts';

/** What a query says about how bad one of the alarms is. `dwellMs` as in its rule. */
export interface GradeCommand {
  readonly type: 'grade';
  readonly key: string;
  readonly severity: Severity;
  readonly ruling: Ruling;
  readonly dwellMs: number;
}

type Grade = Pick<Member, 'severity' | 'ruling'>;

/** What a newly measured value does. An alarm that has recovered, or that the incident does not show, is not graded any more. */
export function decideGrade(incident: Incident, { key, severity, ruling, dwellMs }: GradeCommand, now: number) {
  const before = incident.members.shown.find((member) => member.key === key);
  if (isOver(incident) || !before || before.state === 'recovered') return [];
  const told = regraded(incident, before, { severity, ruling }, now);
  return [...told, ...severityEvents(told.reduce<Incident>(apply, incident), dwellMs, now)];
}

/**
 * The event of a new value, if it is worth one. What is worse is told at once. Anything else waits until the last one is some minutes
 * old, and a value that stays in its grade is told when it differs in its first two digits: a value each minute makes no long story.
 * What the alarm itself brings (`measurement`) may be the last word for a day, so another grade is told at once.
 */
export function regraded(
  incident: Pick<Incident, 'openedAt'>,
  before: Member,
  { severity, ruling, measurement }: Grade & Partial<Pick<Member, 'measurement'>>,
  now: number,
): IncidentEvent[] {
  const isLastWord = measurement !== undefined && isOther(before, { severity, ruling });
  if (!isWorthTelling(before, { severity, ruling }, isLastWord ? 0 : pauseAfter(now - incident.openedAt), now))
    return [];
  const { key } = before;
  const value = measurement?.value ?? null;
  const measured = value === null || value === before.measurement?.value ? {} : { measured: value };
  return [{ type: 'graded', at: now, key, severity, ruling: settled(ruling, before.ruling), ...measured }];
}

function isOther(before: Grade, after: Grade): boolean {
  return after.severity !== before.severity || !isSameLimit(after.ruling.reached, before.ruling.reached);
}

function isWorthTelling(before: Grade, after: Grade, pauseMs: number, now: number): boolean {
  const [was, is] = [before.ruling, after.ruling];
  if (is.by !== 'value' && was.by === 'value' && is.rule === was.rule) return false; // not known now is not known otherwise
  if (isWorse(after.severity, before.severity) || isFurther(is.reached, was.reached)) return true;
  if (is.by !== was.by || is.rule !== was.rule) return true;
  return now - (was.at ?? 0) >= pauseMs && (isOther(before, after) || roughly(is.value) !== roughly(was.value));
}

const PAUSE_MS = 300_000;
const LONG_PAUSE_MS = 3_600_000;

/** The older an incident is the less it matters that a value has moved a little. */
function pauseAfter(age: number): number {
  return Math.min(Math.max(age / 20, PAUSE_MS), LONG_PAUSE_MS);
}

function roughly(value: number | null): string | null {
  return value === null ? null : value.toPrecision(2);
}

/**
 * What the alarms, as they are now, do to the severity: worse counts at once, milder comes true after it has lasted. `dwellMs` is how
 * long that must be; `null`: nothing new was said of any value, so that nothing begins to ease.
 */
export function severityEvents(incident: Incident, dwellMs: number | null, now: number): IncidentEvent[] {
  if (isOver(incident)) return [];
  const loudest = worstOf(incident.members.shown.filter(({ state }) => state === 'firing').map(toSeverity));
  if (loudest && mayRaise(incident, loudest)) {
    return [{ type: 'severity_set', at: now, by: TOCSIN, from: incident.severity, severity: loudest }];
  }
  const wanted = calledFor(incident);
  return wanted === null ? [] : easingEvents(incident, wanted, dwellMs, now);
}

/** A person may have lowered the severity on purpose: only an alarm worse than all that they knew raises it again. */
function mayRaise({ severity, chosen }: Incident, loudest: Severity): boolean {
  if (!isWorse(loudest, severity)) return false;
  return chosen === null || chosen.over === null || isWorse(loudest, chosen.over);
}

/**
 * The severity that the alarms and people call for together; `null` when no alarm says anything any more. One that has recovered
 * counts on unless a value has graded it: values come and go, and what a rule alone says of an alarm was true.
 */
function calledFor({ members, chosen }: Incident): Severity | null {
  const counting = members.shown.filter(({ state, ruling }) => state !== 'recovered' || !ruling.isGraded);
  if (!members.shown.some(({ state }) => state !== 'recovered')) return null;
  return worstOf([...counting.map(toSeverity), ...(chosen ? [chosen.severity] : [])]);
}

function easingEvents(
  { severity, easing }: Incident,
  wanted: Severity,
  dwellMs: number | null,
  now: number,
): IncidentEvent[] {
  const event = { type: 'easing', at: now } as const;
  if (!isWorse(severity, wanted)) return easing ? [{ ...event, severity: null, dwellMs: 0 }] : [];
  if (!easing) return dwellMs === null ? [] : [{ ...event, severity: wanted, dwellMs }];
  // What was milder still in between does not count: only this much has lasted.
  return isWorse(wanted, easing.severity)
    ? [{ ...event, severity: wanted, dwellMs: Math.max(easing.dwellMs, dwellMs ?? 0) }]
    : [];
}

/** The milder severity has lasted long enough. What is milder still begins to last now. */
export function decideEasing(incident: Incident, now: number): IncidentEvent[] {
  const { easing, severity } = incident;
  if (!easing || isOver(incident) || now < easing.since + easing.dwellMs) return [];
  const lowered: IncidentEvent = {
    ...{ type: 'severity_set', at: now, by: TOCSIN },
    ...{ from: severity, severity: easing.severity },
  };
  return [lowered, ...severityEvents(apply(incident, lowered), easing.dwellMs, now)];
}

function toSeverity({ severity }: Member): Severity {
  return severity;
}
