import type { Redis } from 'ioredis';
import type { Commit, IncidentStore } from '../app/store.ts';
import { isTold } from '../domain/effects.ts';
import { groupOf, type Incident, type IncidentEvent, isOver, nextWakeAt } from '../domain/incident.ts';
import type { KnownAlert } from '../domain/member.ts';
import { countingOf } from '../stats/samples.ts';
import type { Keys } from './keys.ts';
import { rankOf } from './rank.ts';
import { script } from './script.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

const DAY_S = 86_400;
/** An incident that is over, and what is known of an alarm that says nothing any more, is kept this long. Statistics are kept apart. */
const RETENTION_S = 180 * DAY_S;
/** Statistics reach 400 days back, and compare with the 400 days before those. */
const STATISTICS_S = 801 * DAY_S;

/** The one place that reads and writes incidents. Everything that changes together is one Lua call. */
export function createIncidentStore(redis: Redis, keys: Keys, now: () => number): IncidentStore {
  const commit = script(redis, new URL('./commit.lua', import.meta.url));
  const remember = script(redis, new URL('./remember.lua', import.meta.url));

  return {
    nextId: async () => `INC-${await redis.incr(keys.sequence)}`,
    load: async (id) => read(await redis.hget(keys.incident(id), 's')),
    async loadMany(ids) {
      const found = await Promise.all(ids.map((id) => redis.hget(keys.incident(id), 's')));
      return found.flatMap((text) => read(text) ?? []);
    },
    async events(id) {
      const log = await redis.lrange(keys.log(id), 0, -1);
      return log.map((json) => JSON.parse(json) as IncidentEvent); // written by commit() below and nobody else
    },
    commit: async (change) => Number(await commit(...commitArguments(keys, change, now()))) > 0,
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
      return (
        Number(await remember(newest.length, ...newest.map(({ key }) => keys.alert(key)), RETENTION_S, ...values)) > 0
      );
    },
    async groupHolders(groups) {
      if (groups.length === 0) return new Map();
      const holders = await redis.mget(groups.map(keys.group));
      return new Map(holders.flatMap((id, i) => (id ? [[groups[i] ?? '', id] as const] : [])));
    },
    openIds: (limit) => redis.zrange(keys.open, '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit),
    openCount: () => redis.zcard(keys.open),
    history: (from, to, limit) =>
      redis.zrange(keys.history, String(to), String(from), 'BYSCORE', 'REV', 'LIMIT', 0, limit),
    async due(at, limit) {
      const flat = await redis.zrange(keys.timers, '-inf', String(at), 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES');
      return flat.flatMap((id, i) => (i % 2 === 0 ? [{ id, at: Number(flat[i + 1]) }] : []));
    },
  };
}

function commitArguments(keys: Keys, change: Commit, now: number): [number, ...(string | number)[]] {
  const { before, after, events, alerts, known, groupHolder, lane } = change;
  const seen = before?.version ?? 0;
  const rows = events.flatMap((event, i) => (isTold(event, after) ? [seen + i + 1] : []));
  const stats = countingOf(before && counted(before), counted(after));
  const days = [...new Set(stats.map(({ day }) => day))];
  const { id } = after;
  const names = [
    ...[
      keys.incident(id),
      keys.log(id),
      keys.outbox(id),
      keys.timers,
      keys.open,
      keys.history,
      keys.duePeople,
      keys.dueMachine,
    ],
    ...[keys.unposted(after.channel), keys.channels, keys.group(groupOf(after)), keys.card(id), keys.members(id)],
    ...alerts.map(({ key }) => keys.alert(key)),
    ...days.map(keys.stats),
  ];
  return [
    names.length,
    ...names,
    ...[id, seen, writeSnapshot(after), nextWakeAt(after) ?? '', isOver(after) ? 'over' : 'open', lane, now],
    ...[rankOf(after, lane), after.channel, groupHolder ?? '', after.openedAt, RETENTION_S],
    ...[events.length, rows.length, alerts.length, stats.length, STATISTICS_S],
    ...events.map((event) => JSON.stringify(event)),
    ...rows,
    ...alerts.flatMap((alert) => [headOf(known.get(alert.key)), alert.key, stored(alert)]),
    ...stats.flatMap(({ day, field, by }) => [days.indexOf(day) + 1, field, by]),
  ];
}

function counted({ milestones, service, severity, incidentClass, drill }: Incident) {
  return { milestones, labels: { service, severity, incidentClass, drill } };
}

/** The part of a stored alert that changes with every change of the alert: two heads are equal iff nothing happened between. */
function headOf(known: KnownAlert | undefined): string {
  return known ? `${known.changedAt}:${known.state}:${known.incident ?? ''}` : '';
}

function stored(alert: KnownAlert): string {
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

function read(snapshot: string | null): Incident | null {
  return snapshot === null ? null : readSnapshot(snapshot);
}
