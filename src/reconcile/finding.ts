import type { Alert } from '../domain/alert.ts';
import type { KnownAlert } from '../domain/member.ts';

/** Something that a source knows and Tocsin did not. */
export interface Finding {
  readonly alert: Alert;
  /** `gone`: the source does not have it any more, which counts as recovered. */
  readonly found: 'fired' | 'recovered' | 'no_data' | 'gone';
}

const FOUND = { firing: 'fired', recovered: 'recovered', unknown: 'no_data' } as const;

/** The finding in what a source says of a condition, or `null` when it says nothing newer. */
export function newsIn(alert: Alert | null, known: Pick<KnownAlert, 'state' | 'changedAt'> | null): Finding | null {
  if (alert === null) return null;
  if (known !== null && (known.state === alert.state || alert.changedAt <= known.changedAt)) return null;
  return { alert, found: FOUND[alert.state] };
}

/** All of an alert but what is said of its state. */
type Condition = Omit<Alert, 'state' | 'changedAt' | 'receivedAt' | 'reason'>;

/** The end of a condition that its source does not have any more. */
export function gone(condition: Condition, reason: string, now: number): Finding {
  return { alert: { ...condition, state: 'recovered', changedAt: now, receivedAt: now, reason }, found: 'gone' };
}

/** A condition of which only key and name are known. */
export function bareCondition(key: string, source: Alert['source'], name: string): Condition {
  return {
    key,
    source,
    name,
    description: null,
    account: null,
    region: null,
    measurement: null,
    children: [],
    labels: {},
    annotations: {},
    isReport: false,
    repeats: source === 'alertmanager',
    url: null,
  };
}
