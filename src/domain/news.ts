import { type AlertChange, type KnownAlert, STATE_ORDER } from './member.ts';

type Known = Pick<KnownAlert, 'changedAt' | 'state'>;

/** So long after a recovery, "it fires" is not an old message that was late. */
export const LATE_MS = 600_000;

/**
 * What of a batch says something that is not known yet, in the order in which it counts: the last of each condition is how it is now.
 * A source that repeats itself is heard once more after all others, since its repetition bears the time of the first start.
 */
export function newsOf<T extends AlertChange>(changes: readonly T[], known: ReadonlyMap<string, Known>): T[] {
  const states = new Map<string, Known>();
  const news: T[] = [];
  for (const change of [...inOrder(changes), ...inOrder(changes.filter(({ alert }) => alert.repeats))]) {
    const { key } = change.alert;
    const before = states.get(key) ?? known.get(key) ?? null;
    if (!isNews(change, before)) continue;
    const dated = datedAfter(change, before);
    news.push(dated);
    states.set(key, dated.alert);
  }
  return news;
}

/**
 * Whether a message says something that is not known yet. Of two changes at one time the one that is more of a reason to
 * look counts, whichever came first: nothing is lost, and a repeated message never flips anything.
 *
 * One trap: when Alertmanager loses sight of Prometheus for a while it sends "resolved", and afterwards "firing" with the start that
 * it had before. By its times that is old; said long after the recovery it is true all the same.
 */
export function isNews({ alert }: AlertChange, before: Known | null): boolean {
  if (!before) return true;
  if (alert.changedAt > before.changedAt) return true;
  if (alert.changedAt === before.changedAt) return STATE_ORDER[alert.state] < STATE_ORDER[before.state];
  return saysItStillFires({ alert }, before);
}

function saysItStillFires({ alert }: Pick<AlertChange, 'alert'>, before: Known): boolean {
  return (
    alert.repeats &&
    alert.state === 'firing' &&
    before.state === 'recovered' &&
    alert.receivedAt - before.changedAt > LATE_MS
  );
}

/** What outlived its recovery fires since just after it, so that the recovery, when it comes again, stays old. */
function datedAfter<T extends AlertChange>(change: T, before: Known | null): T {
  if (!before || change.alert.changedAt >= before.changedAt) return change;
  return { ...change, alert: { ...change.alert, changedAt: before.changedAt + 1 } };
}

function inOrder<T extends AlertChange>(changes: readonly T[]): T[] {
  return [...changes].sort(
    ({ alert: a }, { alert: b }) => a.changedAt - b.changedAt || STATE_ORDER[b.state] - STATE_ORDER[a.state],
  );
}
