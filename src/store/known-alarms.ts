import type { Redis } from 'ioredis';
import type { IncidentStore } from '../app/store.ts';
import type { KnownAlert } from '../domain/member.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** What is known of each condition, whatever incident it belongs to. It is kept for `retentionS` seconds. */
export function createKnownAlarms(
  redis: Redis,
  keys: Keys,
  retentionS: number,
): Pick<IncidentStore, 'known' | 'remember'> {
  const remember = script(redis, new URL('./remember.lua', import.meta.url));

  return {
    async known(wanted) {
      if (wanted.length === 0) return new Map();
      const found = await redis.mget(wanted.map(keys.alert));
      return new Map(
        wanted.flatMap((key, i) => {
          const value = found[i];
          return value ? [[key, parseKnown(key, value)] as const] : [];
        }),
      );
    },
    async remember(alerts, known) {
      if (alerts.length === 0) return true;
      const newest = [...new Map(alerts.map((alert) => [alert.key, alert])).values()];
      const values = newest.flatMap((alert) => [headOf(known.get(alert.key)), stored(alert)]);
      const names = newest.map(({ key }) => keys.alert(key));
      return Number(await remember(names.length, ...names, retentionS, ...values)) > 0;
    },
  };
}

/** The part of a stored alert that changes with every change of the alert: two heads are equal iff nothing happened between. */
export function headOf(known: KnownAlert | undefined): string {
  return known ? `${known.changedAt}:${known.state}:${known.incident ?? ''}` : '';
}

export function stored(alert: KnownAlert): string {
  return `${headOf(alert)}|${alert.firedAt}:${alert.firings}`;
}

/** Reads what `stored` has written. */
function parseKnown(key: string, value: string): KnownAlert {
  const [changedAt, state, incident, firedAt, firings] = value.split(/[:|]/);
  return {
    key,
    state: state as KnownAlert['state'], // written by stored() above and nobody else
    firedAt: Number(firedAt),
    changedAt: Number(changedAt),
    firings: Number(firings),
    incident: incident || null,
  };
}
