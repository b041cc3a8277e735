import type { Alert } from '../domain/alert.ts';
import type { Signal } from '../domain/service.ts';
import type { Hearing } from '../domain/silence.ts';

/** What is said of a signal, as alerts. Times are epoch ms. */
export const silenceAlert = {
  silent(key: string, signal: Signal, hearing: Hearing, since: number, now: number, why: string | null): Alert {
    const ago = spanWords(now - hearing.heardAt);
    const last = hearing.hasSpoken ? `Last heard ${ago} ago` : `Never heard in the ${ago} since it is expected`;
    const unanswered = why === null ? '' : ` Its query could not tell: ${why}`;
    const reason = `${last}, expected every ${spanWords(signal.everyMs)}.${unanswered}`;
    return alertOf(key, signal.name, { state: 'firing', changedAt: since, receivedAt: now, reason });
  },
  back: (key: string, signal: Signal, at: number, now: number): Alert =>
    alertOf(key, signal.name, { state: 'recovered', changedAt: at, receivedAt: now, reason: 'It was heard again.' }),
  dropped: (key: string, silentSince: number, now: number): Alert =>
    alertOf(key, key.split('/').slice(2).join('/'), {
      state: 'recovered',
      changedAt: Math.max(now, silentSince + 1),
      receivedAt: now,
      reason: 'The service file does not expect it any more.',
    }),
};

function alertOf(key: string, name: string, told: Pick<Alert, 'state' | 'changedAt' | 'receivedAt' | 'reason'>): Alert {
  return {
    key,
    source: 'signal',
    name,
    ...told,
    description: null,
    account: null,
    region: null,
    measurement: null,
    children: [],
    labels: {},
    annotations: {},
    isReport: false,
    repeats: false,
    url: null,
  };
}

const SPANS = [
  [1_000, 's', 120],
  [60_000, 'min', 120],
  [3_600_000, 'h', 72],
  [86_400_000, 'd', Number.POSITIVE_INFINITY],
] as const;

/** One unit, rounded down, in the largest that still tells 26 h from 24 h. */
function spanWords(ms: number): string {
  const found = SPANS.find(([unit, , upTo]) => ms / unit < upTo) ?? SPANS[3];
  return `${Math.max(0, Math.floor(ms / found[0]))} ${found[1]}`;
}
