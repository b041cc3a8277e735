import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/decide.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import type { KnownAlert } from '../../src/domain/member.ts';
import { countingOf } from '../../src/stats/samples.ts';
import { rankOf } from '../../src/store/rank.ts';
import { processOn } from '../app/given.ts';
import { ANA, alert, MINUTE, NOTE, rule, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const BIKES = service('bikes', { rules: [rule('bikes-bad', { severity: 'P0' }), rule('bikes-*')] });
const DAY_S = 86_400;
let tocsin: ReturnType<typeof processOn>;
beforeEach(() => {
  tocsin = processOn(redis, [BIKES, service('credit')]);
});

async function openOne(name = 'bikes-latency'): Promise<Incident> {
  await tocsin.ingest([alert(name, 'firing', tocsin.clock.now())]);
  const [id = ''] = await tocsin.store.openIds(1);
  const incident = await tocsin.store.load(id);
  if (!incident) throw new Error('nothing was opened');
  return incident;
}

const does = (id: string, command: Command) => tocsin.dispatch(id, command);
const resolve = { type: 'resolve', by: ANA, seen: null, text: 'done', note: NOTE } as const;

/** Everything in this Redis, as text: two equal worlds are equal texts. */
async function world(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of (await redis.keys('*')).sort()) found[key] = await redis.dump(key);
  return found;
}

function commitOf(
  before: Incident | null,
  after: Incident,
  more: Partial<Parameters<typeof tocsin.store.commit>[0]> = {},
) {
  const events: IncidentEvent[] = [{ type: 'noted', at: T0, by: ANA, text: 'x' }];
  const rest = { alerts: [] as KnownAlert[], known: new Map(), groupHolder: null, lane: 'people' as const };
  return tocsin.store.commit({ before, after: { ...after, version: after.version + 1 }, events, ...rest, ...more });
}

describe('a commit', () => {
  it('fails and leaves nothing behind when the incident has moved on', async () => {
    const incident = await openOne();
    await does(incident.id, { type: 'note', by: ANA, text: 'first' });
    const before = await world();

    expect(await commitOf(incident, incident)).toBe(false);

    expect(await world()).toEqual(before);
  });

  it('fails and leaves nothing behind when somebody else has opened the group', async () => {
    const incident = await openOne();
    const before = await world();

    expect(await commitOf(null, { ...incident, id: 'INC-99', version: 0 })).toBe(false);

    expect(await world()).toEqual(before);
  });

  it('fails and leaves nothing behind when one of its alarms has moved on', async () => {
    const incident = await openOne();
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 1)]);
    const [latency, errors] = await Promise.all(
      ['bikes-latency', 'bikes-errors'].map(async (name) => {
        const { key } = alert(name, 'firing', 0);
        return (await tocsin.store.known([key])).get(key);
      }),
    );
    if (!latency || !errors) throw new Error('the alarms are not known');
    const now = await tocsin.store.load(incident.id);
    const before = await world();
    const known = new Map([
      [latency.key, latency],
      [errors.key, { ...errors, changedAt: T0 }],
    ]);

    expect(await commitOf(now, now ?? incident, { alerts: [latency, errors], known })).toBe(false);
    expect(await tocsin.store.remember([{ ...errors, incident: null }], known)).toBe(false);

    expect(await world()).toEqual(before);
  });

  it('fails as a whole when a new alarm has become known meanwhile', async () => {
    const incident = await openOne();
    const { key } = alert('bikes-latency', 'firing', 0);
    const latency = (await tocsin.store.known([key])).get(key);
    if (!latency) throw new Error('the alarm is not known');

    expect(await commitOf(incident, incident, { alerts: [latency], known: new Map() })).toBe(false);
  });
});

describe('the indexes', () => {
  it('hold an open incident while it is open, newest first', async () => {
    const first = await openOne();
    tocsin.clock.pass(60 * MINUTE);
    const second = await openOne('credit-drift');

    expect(await tocsin.store.openIds(10)).toEqual([second.id, first.id]);
    await does(first.id, resolve);
    expect(await tocsin.store.openIds(10)).toEqual([second.id]);
    await does(first.id, { type: 'reopen', by: ANA, reason: '' });
    expect(await tocsin.store.openIds(10)).toEqual([second.id, first.id]);
    expect(await tocsin.store.openCount()).toBe(2);
  });

  it('hold all incidents by the time they were opened, whatever becomes of them', async () => {
    const first = await openOne();
    await does(first.id, resolve);
    tocsin.clock.pass(60 * MINUTE);
    const second = await openOne('credit-drift');

    expect(await tocsin.store.history(0, T0 + 60 * MINUTE, 10)).toEqual([second.id, first.id]);
    expect(await tocsin.store.history(0, T0, 10)).toEqual([first.id]);
    expect(await tocsin.store.history(0, T0 + 60 * MINUTE, 1)).toEqual([second.id]);
  });

  it('give the group free when its incident is over, and back when it is reopened', async () => {
    const { id } = await openOne();
    const holder = async () => (await tocsin.store.groupHolders(['bikes/prod'])).get('bikes/prod');
    expect(await holder()).toBe(id);

    await does(id, resolve);
    expect(await holder()).toBeUndefined();

    await does(id, { type: 'reopen', by: ANA, reason: '' });
    expect(await holder()).toBe(id);
  });

  it('leave the group with a newer incident when an older one is over or reopened', async () => {
    const first = await openOne();
    tocsin.clock.pass(60 * MINUTE);
    const second = await openOne('bikes-errors');

    await does(first.id, resolve);
    await does(first.id, { type: 'reopen', by: ANA, reason: '' });

    expect((await tocsin.store.groupHolders(['bikes/prod'])).get('bikes/prod')).toBe(second.id);
  });

  it('know when the clock is due, and forget it when nothing is left to wake for', async () => {
    const { id } = await openOne();
    await does(id, { type: 'silence', by: ANA, forMs: MINUTE });

    expect(await tocsin.store.due(T0 + MINUTE - 1, 10)).toEqual([]);
    expect(await tocsin.store.due(T0 + MINUTE, 10)).toEqual([{ id, at: T0 + MINUTE }]);
    tocsin.clock.pass(MINUTE);
    await does(id, { type: 'wake' });
    expect(await tocsin.store.due(T0 + 60 * MINUTE, 10)).toEqual([]);
  });

  it('queue an incident without a card by its rank until a person touches it, then before all others', async () => {
    const mild = await openOne();
    tocsin.clock.pass(60 * MINUTE);
    const bad = await openOne('bikes-bad');
    const waiting = () => redis.zrange(tocsin.keys.unposted(BIKES.channel), 0, '-1');
    expect(await waiting()).toEqual([bad.id, mild.id]);
    expect(await redis.smembers(tocsin.keys.channels)).toEqual([BIKES.channel]);

    await does(mild.id, { type: 'acknowledge', by: ANA });
    expect(await waiting()).toEqual([mild.id, bad.id]);

    await tocsin.ingest([alert('bikes-latency', 'recovered', tocsin.clock.now())]);
    expect(await waiting()).toEqual([mild.id, bad.id]);
    expect(rankOf(mild, 'people')).toBeLessThan(rankOf(bad, 'machine'));
  });

  it('queue an incident with a card in the lane of what changed, from the time it changed first', async () => {
    const { id } = await openOne();
    await redis.hset(tocsin.keys.card(id), 'ts', '1.1', 'channel', 'C1');
    tocsin.clock.pass(5);

    await does(id, { type: 'acknowledge', by: ANA });
    tocsin.clock.pass(5);
    await does(id, { type: 'note', by: ANA, text: 'x' });
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 10)]);
    await does(id, { type: 'posted', at: T0 + 20 });

    expect(Number(await redis.zscore(tocsin.keys.duePeople, id))).toBe(T0 + 5);
    expect(Number(await redis.zscore(tocsin.keys.dueMachine, id))).toBe(T0 + 10);
    expect(await redis.lrange(tocsin.keys.outbox(id), 0, '-1')).toEqual(['3', '4']);
  });
});

describe('what is kept', () => {
  const perIncident = (id: string) =>
    [tocsin.keys.incident(id), tocsin.keys.log(id), tocsin.keys.outbox(id), tocsin.keys.members(id)] as const;

  it('is kept for ever while it is open, for half a year when it is over, and for ever when it is reopened', async () => {
    const { id } = await openOne();
    await does(id, { type: 'acknowledge', by: ANA });
    const lives = () => Promise.all(perIncident(id).map((key) => redis.ttl(key)));
    expect(await lives()).toEqual([-1, -1, -1, -1]);

    await does(id, resolve);
    for (const life of await lives()) expect(life).toBeGreaterThan(179 * DAY_S);

    await does(id, { type: 'reopen', by: ANA, reason: '' });
    expect(await lives()).toEqual([-1, -1, -1, -1]);
  });

  it('is no list of alarms once it is over and has a card, and one again when they fire anew', async () => {
    const { id } = await openOne();
    await redis.hset(tocsin.keys.card(id), 'ts', '1.1', 'channel', 'C1');
    const alarms = () => redis.smembers(tocsin.keys.members(id));
    expect(await alarms()).toHaveLength(1);

    await does(id, resolve);
    expect(await alarms()).toEqual([]);
    await tocsin.ingest([alert('bikes-latency', 'recovered', T0 + 1)]);
    expect(await alarms()).toEqual([]);

    await tocsin.ingest([alert('bikes-latency', 'firing', T0 + 2)]);
    expect(await alarms()).toEqual([alert('bikes-latency', 'firing', 0).key]);
    expect(await redis.ttl(tocsin.keys.members(id))).toBe(-1);
  });

  it('is all that is known of an alarm, with or without an incident', async () => {
    const fired = await openOne();
    await tocsin.ingest([alert('credit-x', 'recovered', T0), alert('bikes-latency', 'recovered', T0 + 1)]);
    const keys = ['bikes-latency', 'credit-x'].map((name) => alert(name, 'firing', 0).key);

    const known = await tocsin.store.known([...keys, 'never heard of']);

    const state = 'recovered';
    expect([...known.values()]).toEqual([
      { key: keys[0], state, firedAt: T0, changedAt: T0 + 1, firings: 1, incident: fired.id },
      { key: keys[1], state, firedAt: T0, changedAt: T0, firings: 0, incident: null },
    ]);
  });

  it('is kept 801 days of the statistics, from the last change on', async () => {
    await openOne();
    const [day = ''] = await redis.keys('*stats:*');

    expect(await redis.ttl(day)).toBeGreaterThan(800 * DAY_S);
    expect(await redis.ttl(day)).toBeLessThanOrEqual(801 * DAY_S);
  });
});

describe('the statistics', () => {
  const step = fc.constantFrom<Command>(
    { type: 'acknowledge', by: ANA },
    { type: 'set_severity', by: ANA, severity: 'P0' },
    { type: 'set_severity', by: ANA, severity: 'P3' },
    { type: 'mitigate', by: ANA },
    resolve,
    { type: 'reopen', by: ANA, reason: '' },
    { type: 'posted', at: T0 + MINUTE },
    { type: 'see', by: ANA },
  );

  it('are always the sum of what the incidents are now, whatever they have been', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), async (lives) => {
        await redis.flushdb();
        tocsin = processOn(redis, [BIKES, service('credit')]);
        for (const [i, life] of lives.entries()) {
          const { id } = await openOne(`credit-${i}`);
          tocsin.clock.pass(20 * MINUTE);
          for (const command of life) await does(id, command);
          await does(id, resolve);
        }

        expect(await counted()).toEqual(sumOf(await tocsin.all()));
      }),
      { numRuns: 25 },
    );
  });

  function sumOf(incidents: readonly Incident[]): Record<string, number> {
    const sum: Record<string, number> = {};
    const increments = incidents.flatMap(({ milestones, service: name, severity, incidentClass, drill }) =>
      countingOf(null, { milestones, labels: { service: name, severity, incidentClass, drill } }),
    );
    for (const { day, field, by } of increments) sum[`${day} ${field}`] = (sum[`${day} ${field}`] ?? 0) + by;
    return sum;
  }

  async function counted(): Promise<Record<string, number>> {
    const prefix = tocsin.keys.stats('');
    const all: Record<string, number> = {};
    for (const key of await redis.keys(`${prefix}*`)) {
      for (const [field, value] of Object.entries(await redis.hgetall(key))) {
        if (value !== '0') all[`${key.slice(prefix.length)} ${field}`] = Number(value);
      }
    }
    return all;
  }
});

describe('the cluster', () => {
  it('could hold it: every key has the tag of the deployment, in every call', async () => {
    const watcher = await redis.duplicate().monitor();
    const calls: string[][] = [];
    watcher.on('monitor', (_: string, args: string[]) => void calls.push(args));

    const { id } = await openOne();
    await does(id, { type: 'acknowledge', by: ANA });
    await tocsin.ingest([alert('credit-x', 'recovered', T0)]);
    await does(id, resolve);
    await tocsin.store.openIds(5);
    while (!calls.some(([name]) => name?.toLowerCase() === 'zrange')) await new Promise((done) => setTimeout(done, 5));
    watcher.disconnect();

    const scripts = calls.filter(([name = '']) => ['evalsha', 'eval'].includes(name.toLowerCase()));
    const keys = scripts.flatMap(([, , count, ...rest]) => rest.slice(0, Number(count)));
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key) => !key.startsWith('{tocsin}:'))).toEqual([]);
    expect((await redis.keys('*')).filter((key) => !key.startsWith('{tocsin}:'))).toEqual([]);
  });
});
