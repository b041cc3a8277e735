import type { Alert, AlertState, Measurement } from './alert.ts';
import type { Severity } from './severity.ts';

/** One alarm of an incident, as the card and the timeline need it. */
export interface Member {
  /** The alert's versioned identity. */
  readonly key: string;
  readonly name: string;
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
  readonly reason: string;
  readonly measurement: Pick<
    Measurement,
    'metric' | 'statistic' | 'unit' | 'value' | 'threshold' | 'comparison'
  > | null;
  readonly url: string | null;
  readonly runbook: string | null;
}

/** What the store knows about a condition: its last state and the incident that it belongs to (`null`: none yet). */
export interface KnownAlert extends Member {
  readonly incident: string | null;
}

/** One thing a source said, with what the service file makes of it. */
export interface AlertChange {
  readonly alert: Alert;
  readonly severity: Severity;
  readonly title: string | null;
  readonly runbook: string | null;
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
export function withMembers(members: Members, changed: readonly Member[], totals: Omit<Members, 'shown'>): Members {
  const keys = new Set(changed.map((member) => member.key));
  const all = [...members.shown.filter((member) => !keys.has(member.key)), ...changed];
  return { ...totals, shown: all.sort(mostTellingFirst).slice(0, MEMBERS_SHOWN) };
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
export function toMember({ alert, severity, title, runbook }: AlertChange, before: Member | null): Member {
  const begins = alert.state === 'firing' && before?.state !== 'firing';
  return {
    key: alert.key,
    name: alert.name,
    title: title ?? alert.name,
    state: alert.state,
    firedAt: begins || !before ? alert.changedAt : before.firedAt,
    changedAt: alert.changedAt,
    firings: (before?.firings ?? 0) + (begins ? 1 : 0),
    severity,
    reason:
      alert.reason.length > REASON_KEPT ? `${alert.reason.slice(0, REASON_KEPT - 1)}…`.toWellFormed() : alert.reason,
    measurement: alert.measurement && measured(alert.measurement),
    url: alert.url,
    runbook,
  };
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
