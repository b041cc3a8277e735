import type { Alert, AlertState, Measurement } from './alert.ts';
import { type Ruling, settled } from './grading.ts';
import type { Severity } from './severity.ts';

/** One alarm of an incident, as the card and the timeline need it. */
export interface Member {
  /** The alert's versioned identity. */
  readonly key: string;
  /** What a person reads: the rule's title, else the alarm's name. */
  readonly title: string;
  readonly state: AlertState;
  /** When this condition last began to fire, by the source's clock. */
  readonly firedAt: number;
  /** The newest state change that was taken in. A message that is not newer changes nothing. */
  readonly changedAt: number;
  /** How often it has begun to fire within this incident: more than once is flapping. */
  readonly firings: number;
  readonly severity: Severity;
  /** The source's own word for how bad it is, from its label `severity`: `critical`. */
  readonly sourceSeverity: string | null;
  /** The source's sentence about why; empty where the measurement says it with a number. */
  readonly reason: string;
  readonly measurement: Pick<
    Measurement,
    'metric' | 'statistic' | 'unit' | 'value' | 'threshold' | 'comparison'
  > | null;
  readonly url: string | null;
  /** The name of a runbook of the service, or a web address. */
  readonly runbook: string | null;
  /** Which rule decided its severity. */
  readonly ruling: Ruling;
}

/** What a change of state did to an alarm of which the snapshot has the rest. */
export interface MemberUpdate extends Pick<Member, 'key' | 'state' | 'firedAt' | 'changedAt' | 'firings'> {
  /** The new value of its measurement; `null` also when it has no measurement. */
  readonly value: number | null;
}

/** What the store knows about a condition: all that a later decision asks, and the incident that it belongs to (`null`: none yet). */
export interface KnownAlert extends Pick<Member, 'key' | 'state' | 'firedAt' | 'changedAt' | 'firings'> {
  readonly incident: string | null;
}

/** One thing a source said, with what the service file makes of it. */
export interface AlertChange {
  readonly alert: Alert;
  readonly severity: Severity;
  readonly title: string | null;
  readonly runbook: string | null;
  readonly ruling: Ruling;
  /** How long a milder value must last before the severity falls, in ms; `null` where no value grades it. */
  readonly dwellMs: number | null;
}

/** How many alarms the snapshot carries in full; the others are counted, and kept one by one in the store. */
export const MEMBERS_SHOWN = 8;

/** The alarms of an incident: all counted, the most telling ones carried. */
export interface Members {
  readonly total: number;
  readonly firing: number;
  readonly unknown: number;
  /** Firing first, then the worst, then the newest; at most `MEMBERS_SHOWN`. */
  readonly shown: readonly Member[];
}

export const NO_MEMBERS: Members = { total: 0, firing: 0, unknown: 0, shown: [] };

/** Adds changed alarms to the list that the card shows. `totals` come from whoever knows all of them. */
export function withMembers(
  members: Members,
  changed: readonly (Member | MemberUpdate)[],
  totals: Omit<Members, 'shown'>,
): Members {
  const all = new Map(members.shown.map((member) => [member.key, member]));
  for (const change of changed) {
    const member = isWhole(change) ? change : updated(all.get(change.key), change);
    if (member) all.set(member.key, member);
  }
  return { ...totals, shown: [...all.values()].sort(mostTellingFirst).slice(0, MEMBERS_SHOWN) };
}

/** One of the shown alarms was graded by a value; one that is not shown is graded for the incident alone. */
export function withRuling(members: Members, { key, severity, ruling, measured }: Graded): Members {
  const shown = members.shown.map((member) => {
    if (member.key !== key) return member;
    const { measurement } = member;
    const told = measurement && measured !== undefined ? { ...measurement, value: measured } : measurement;
    return { ...member, severity, ruling, measurement: told };
  });
  return { ...members, shown: shown.sort(mostTellingFirst) };
}

type Graded = Pick<Member, 'key' | 'severity' | 'ruling'> & { readonly measured?: number };

/** What a value has said of an alarm stands until the alarm begins anew, or another value is known. */
export function withKnownGrade(after: Member, before: Member | null): Member {
  if (!before) return after;
  const begins = after.state === 'firing' && before.state !== 'firing';
  const isStillGraded = before.ruling.by === 'value' && before.ruling.rule === after.ruling.rule;
  if (begins || !isStillGraded) return after;
  if (after.ruling.by !== 'value') return { ...after, severity: before.severity, ruling: before.ruling };
  return { ...after, ruling: settled(after.ruling, before.ruling) };
}

export function isWhole(change: Member | MemberUpdate): change is Member {
  return 'title' in change;
}

function updated(before: Member | undefined, { value, ...update }: MemberUpdate): Member | undefined {
  const measurement = before?.measurement ?? null;
  return before && { ...before, ...update, measurement: measurement && { ...measurement, value } };
}

/** The least that tells how an alarm is now: an update where those who have the snapshot can tell the rest, else all of it. */
export function shortest(member: Member, { shown }: Members): Member | MemberUpdate {
  const { key, state, firedAt, changedAt, firings, measurement } = member;
  const update = { key, state, firedAt, changedAt, firings, value: measurement?.value ?? null };
  const told = updated(
    shown.find((one) => one.key === key),
    update,
  );
  return told && isEqual(told, member) ? update : member;
}

function isEqual(a: Member, b: Member): boolean {
  const rest = ({ title, severity, sourceSeverity, reason, url, runbook, ruling, measurement: m }: Member) =>
    JSON.stringify([
      ...[title, severity, sourceSeverity, reason, url, runbook, ruling],
      m && [m.metric, m.statistic, m.unit, m.value, m.threshold, m.comparison],
    ]);
  return rest(a) === rest(b);
}

/** How much of a reason to look a state is, the most first: what cannot tell is not well. */
export const STATE_ORDER: Readonly<Record<AlertState, number>> = { firing: 0, unknown: 1, recovered: 2 };

function mostTellingFirst(a: Member, b: Member): number {
  return (
    STATE_ORDER[a.state] - STATE_ORDER[b.state] ||
    a.severity.localeCompare(b.severity) ||
    b.firedAt - a.firedAt ||
    a.key.localeCompare(b.key)
  );
}

const REASON_KEPT = 300;

/** The alarm after a change, and what it was before (`null`: this incident did not have it). */
export function toMember(
  { alert, severity, title, runbook, ruling }: AlertChange,
  before: Pick<Member, 'state' | 'firedAt' | 'firings'> | null,
): Member {
  const begins = alert.state === 'firing' && before?.state !== 'firing';
  return {
    key: alert.key,
    title: title ?? alert.name,
    state: alert.state,
    firedAt: begins || !before ? alert.changedAt : before.firedAt,
    changedAt: alert.changedAt,
    firings: (before?.firings ?? 0) + (begins ? 1 : 0),
    severity,
    sourceSeverity: sourceWord(alert),
    reason: saysWhy(alert.measurement) && alert.measurement?.value !== null ? '' : clipped(alert.reason),
    measurement: alert.measurement && measured(alert.measurement),
    url: alert.url,
    runbook,
    ruling,
  };
}

/** What is to be known of an alarm of `incident` from now on. */
export function toKnown({ key, state, firedAt, changedAt, firings }: Member, incident: string | null): KnownAlert {
  return { key, state, firedAt, changedAt, firings, incident };
}

/** A number against a limit says why better than a sentence does; a number alone says less. */
export function saysWhy(measurement: Pick<Measurement, 'value' | 'threshold' | 'comparison'> | null): boolean {
  if (measurement === null) return false;
  return measurement.threshold !== null || (measurement.value !== null && measurement.comparison !== null);
}

function sourceWord({ labels }: Pick<Alert, 'labels'>): string | null {
  return labels.severity?.trim().slice(0, 40).toWellFormed() || null;
}

function clipped(reason: string): string {
  return reason.length > REASON_KEPT ? `${reason.slice(0, REASON_KEPT - 1)}…`.toWellFormed() : reason;
}

function measured({
  metric,
  statistic,
  unit,
  value,
  threshold,
  comparison,
}: Measurement): NonNullable<Member['measurement']> {
  return { metric, statistic, unit, value, threshold, comparison };
}
