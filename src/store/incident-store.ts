import type { Redis } from 'ioredis';
import type { Commit, IncidentStore } from '../app/store.ts';
import { deadlinesMoved } from '../domain/deadline.ts';
import { isTold } from '../domain/effects.ts';
import { lookUpsOf } from '../domain/evidence.ts';
import { groupOf, type Incident, isOver } from '../domain/incident.ts';
import { lettersOf } from '../domain/letters.ts';
import { deliveriesMoved, isNewsToTheTold, nextWakeAt } from '../domain/paging.ts';
import { audited, runsMoved } from '../domain/run-due.ts';
import { countingOf } from '../stats/samples.ts';
import { createEventLog, type LogEntries } from './event-log.ts';
import { createFollowUps } from './follow-ups.ts';
import type { Keys } from './keys.ts';
import { createKnownAlarms, headOf, stored } from './known-alarms.ts';
import { createPolicies, type Policies } from './policies.ts';
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
  const postpone = script(redis, new URL('./postpone.lua', import.meta.url));
  const policies = createPolicies(redis, keys);
  const log = createEventLog(redis, keys, policies);
  const read = async (snapshot: Buffer | null) => (snapshot === null ? null : await readSnapshot(snapshot, policies));

  return {
    ...createKnownAlarms(redis, keys, RETENTION_S),
    ...createFollowUps(redis, keys, read),
    nextId: async () => `INC-${await redis.incr(keys.sequence)}`,
    load: async (id) => read(await redis.hgetBuffer(keys.incident(id), 's')),
    async loadMany(ids) {
      const found = await Promise.all(
        ids.map(async (id) => await read(await redis.hgetBuffer(keys.incident(id), 's'))),
      );
      return found.filter((incident) => incident !== null);
    },
    events: log.events,
    async memberKeys(id) {
      const [all, snapshot] = await Promise.all([
        redis.smembers(keys.members(id)),
        redis.hgetBuffer(keys.incident(id), 's'),
      ]);
      return [...new Set([...all, ...((await read(snapshot))?.members.shown ?? []).map(({ key }) => key)])];
    },
    async commit(change) {
      const entries = await log.entriesOf(change);
      return Number(await commit(...commitArguments(keys, policies, change, entries, now()))) > 0;
    },
    async postpone({ id, version }, at) {
      await postpone(2, keys.incident(id), keys.timers, id, version, at ?? '');
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

function commitArguments(
  keys: Keys,
  policies: Policies,
  change: Commit,
  log: LogEntries,
  now: number,
): [number, ...(string | number | Buffer)[]] {
  const { before, after, events, alerts, known, groupHolder, lane } = change;
  const seen = before?.version ?? 0;
  const rows = events.flatMap((event, i) => (isTold(event, after) ? [seen + i + 1] : []));
  const stats = countingOf(before && counted(before), counted(after));
  const lookUps = lookUpsOf(events, after);
  const pages = deliveriesMoved(before, after);
  const letters = lettersOf(events, seen);
  const policy = !before && after.escalation ? policies.stored(after.escalation.policy) : null;
  const runs = runsMoved(before, after);
  const audit = audited(events).map((event) => JSON.stringify({ incident: after.id, ...event }));
  const days = [...new Set(stats.map(({ day }) => day))];
  const followUps = deadlinesMoved(before, after);
  const owners = [...new Set(followUps.map(({ owner }) => owner))];
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
    ...[keys.dueEvidence, keys.duePages, keys.dueLetters, keys.dueNews, keys.told(id), keys.policy(policy?.name ?? '')],
    ...[keys.dueRuns, keys.auditPending],
    ...alerts.map(({ key }) => keys.alert(key)),
    ...days.map(keys.stats),
  ];
  const ownersFrom = names.push(...owners.map(keys.followUps)) - owners.length + 1; // Lua counts from 1
  return [
    names.length,
    ...names,
    ...[
      id,
      seen,
      writeSnapshot(after, policies),
      nextWakeAt(after, now) ?? '',
      isOver(after) ? 'over' : 'open',
      lane,
      now,
    ],
    ...[rankOf(after, lane), after.channel, groupHolder ?? '', after.openedAt, RETENTION_S],
    ...[events.length, rows.length, alerts.length, stats.length, STATISTICS_S, lookUps.length],
    ...[pages.length, letters.length, policy?.json ?? '', isNewsToTheTold(events) ? '1' : ''],
    ...[followUps.length, ownersFrom, log.entries.length, log.isWhole ? '1' : '', runs.length, audit.length],
    ...log.entries,
    ...rows,
    ...alerts.flatMap((alert) => [headOf(known.get(alert.key)), alert.key, stored(alert)]),
    ...stats.flatMap(({ day, field, by }) => [days.indexOf(day) + 1, field, by]),
    ...lookUps,
    ...pages.flatMap(({ id: delivery, at }) => [delivery, at ?? '']),
    ...letters,
    ...followUps.flatMap(({ owner, id: followUp, due }) => [owners.indexOf(owner), followUp, due ?? '']),
    ...runs.flatMap(({ id: run, at }) => [run, at ?? '']),
    ...audit,
  ];
}

function counted({ milestones, service, severity, incidentClass, drill }: Incident) {
  return { milestones, labels: { service, severity, incidentClass, drill } };
}
