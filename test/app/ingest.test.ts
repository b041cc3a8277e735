import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertState } from '../../src/domain/alert.ts';
import { alert, MINUTE, rule, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { clockAt, processOn } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const BIKES = service('bikes', {
  rules: [
    rule('bikes-staging-*', { environment: { kind: 'fixed', name: 'staging' }, severity: 'P3' }),
    rule('bikes-heartbeat', { opensOnNoData: true }),
    rule('bikes-*', { severity: 'P1' }),
  ],
});
const CREDIT = service('credit');
const OPS = service('ops', { fallback: true, rules: [] });

let tocsin: ReturnType<typeof processOn>;
beforeEach(() => {
  tocsin = processOn(redis, [BIKES, CREDIT, OPS]);
});

const says = (name: string, state: AlertState, at = tocsin.clock.now()) => alert(name, state, at);
const kept = async () =>
  (await tocsin.all()).map(({ service: name, environment, members, status }) => ({
    in: `${name}/${environment}`,
    total: members.total,
    firing: members.firing,
    status,
  }));

describe('alarms', () => {
  it('of one service and environment that come together are one incident, others have their own', async () => {
    await tocsin.ingest([
      says('bikes-latency', 'firing'),
      says('bikes-errors', 'firing'),
      says('bikes-staging-latency', 'firing'),
      says('credit-drift', 'firing'),
      says('nobody-knows', 'firing'),
    ]);

    expect((await kept()).sort((a, b) => a.in.localeCompare(b.in))).toEqual([
      { in: 'bikes/prod', total: 2, firing: 2, status: 'triggered' },
      { in: 'bikes/staging', total: 1, firing: 1, status: 'triggered' },
      { in: 'credit/prod', total: 1, firing: 1, status: 'triggered' },
      { in: 'ops/unknown', total: 1, firing: 1, status: 'triggered' },
    ]);
    expect(tocsin.pokes).toHaveLength(4);
  });

  it('about one of many series say which, by the title of the rule or by their name', async () => {
    await tocsin.ingest([
      { ...says('bikes-cpu', 'firing'), key: 'cw:1:1/r/bikes-cpu#a', part: 'i-0a1b' },
      { ...says('bikes-cpu', 'firing'), key: 'cw:1:1/r/bikes-cpu#b', part: 'i-2c3d' },
    ]);

    const [incident] = await tocsin.all();
    expect(incident?.members.shown.map(({ title }) => title)).toEqual(['bikes-cpu (i-0a1b)', 'bikes-cpu (i-2c3d)']);
  });

  it.each([
    ['join the open one within the grouping window of its last alarm', 10 * MINUTE, 1],
    ['open another one after it', 10 * MINUTE + 1, 2],
  ])('%s', async (_, after, incidents) => {
    await tocsin.ingest([says('bikes-latency', 'firing')]);
    tocsin.clock.pass(9 * MINUTE);
    await tocsin.ingest([says('bikes-errors', 'firing')]);
    tocsin.clock.pass(after);

    await tocsin.ingest([says('bikes-memory', 'firing')]);

    expect(await tocsin.all()).toHaveLength(incidents);
  });

  it('stay with their own incident however late they speak, and join no newer one', async () => {
    await tocsin.ingest([says('bikes-latency', 'firing')]);
    tocsin.clock.pass(60 * MINUTE);
    await tocsin.ingest([says('bikes-errors', 'firing')]);
    tocsin.clock.pass(MINUTE);

    await tocsin.ingest([says('bikes-latency', 'recovered'), says('bikes-errors', 'recovered')]);

    expect(await kept()).toEqual([
      { in: 'bikes/prod', total: 1, firing: 0, status: 'mitigated' },
      { in: 'bikes/prod', total: 1, firing: 0, status: 'mitigated' },
    ]);
  });

  it('join a silenced incident however long after its last alarm', async () => {
    await tocsin.ingest([says('bikes-latency', 'firing')]);
    const [incident] = await tocsin.all();
    await tocsin.dispatch(incident?.id ?? '', { type: 'silence', by: 'U1', forMs: 60 * MINUTE });
    tocsin.clock.pass(30 * MINUTE);

    await tocsin.ingest([says('bikes-errors', 'firing')]);

    expect(await kept()).toMatchObject([{ total: 2 }]);
  });

  it.each([
    ['reopen a resolved incident within its window', 30 * MINUTE, ['triggered']],
    ['open a new one after it', 30 * MINUTE + 1, ['resolved', 'triggered']],
  ])('that fire again %s', async (_, after, statuses) => {
    await tocsin.ingest([says('bikes-latency', 'firing')]);
    tocsin.clock.pass(MINUTE);
    await tocsin.ingest([says('bikes-latency', 'recovered')]);
    const [incident] = await tocsin.all();
    await tocsin.dispatch(incident?.id ?? '', { type: 'resolve', by: 'U1', seen: null, text: '', note: null });
    tocsin.clock.pass(after);

    await tocsin.ingest([says('bikes-latency', 'firing')]);

    expect((await kept()).map(({ status }) => status)).toEqual(statuses);
  });

  it('that fire and recover within one batch open an incident, which is recovered at once', async () => {
    await tocsin.ingest([says('bikes-latency', 'recovered', T0 - 1), says('bikes-latency', 'firing', T0 - 2)]);

    expect(await kept()).toEqual([{ in: 'bikes/prod', total: 1, firing: 0, status: 'mitigated' }]);
  });

  it('that nobody knew and that are well open nothing, and what was before that opens nothing later', async () => {
    await tocsin.ingest([says('bikes-latency', 'recovered', T0)]);
    await tocsin.ingest([says('bikes-latency', 'firing', T0 - MINUTE)]);
    expect(await tocsin.all()).toEqual([]);

    await tocsin.ingest([says('bikes-latency', 'firing', T0 + 1)]);

    expect(await kept()).toMatchObject([{ total: 1, firing: 1 }]);
  });

  it('remembers the newest word of an alarm without an incident, not the last one it heard', async () => {
    await tocsin.ingest([says('bikes-latency', 'recovered', T0), says('bikes-latency', 'unknown', T0 - 2 * MINUTE)]);

    await tocsin.ingest([says('bikes-latency', 'firing', T0 - MINUTE)]);

    expect(await tocsin.all()).toEqual([]);
  });

  it('come twice without any effect', async () => {
    const batch = [says('bikes-latency', 'firing'), says('bikes-errors', 'recovered'), says('credit-x', 'unknown')];
    await tocsin.ingest(batch);
    const before = await tocsin.all();

    await tocsin.ingest([...batch, ...batch.toReversed()]);

    expect(await tocsin.all()).toEqual(before);
  });
});

describe('an alarm that cannot tell', () => {
  it('opens nothing, unless its rule says that silence is a reason', async () => {
    await tocsin.ingest([says('bikes-latency', 'unknown'), says('credit-drift', 'unknown')]);
    expect(await tocsin.all()).toEqual([]);

    await tocsin.ingest([says('bikes-heartbeat', 'unknown')]);

    expect(await kept()).toEqual([{ in: 'bikes/prod', total: 1, firing: 0, status: 'triggered' }]);
  });

  it.each([
    MINUTE,
    24 * 60 * MINUTE,
  ])('opens an incident again, %i ms after the last one of it was over', async (after) => {
    await tocsin.ingest([says('bikes-heartbeat', 'unknown')]);
    tocsin.clock.pass(1);
    await tocsin.ingest([says('bikes-heartbeat', 'recovered')]);
    const [incident] = await tocsin.all();
    await tocsin.dispatch(incident?.id ?? '', { type: 'resolve', by: 'U1', seen: null, text: '', note: null });
    tocsin.clock.pass(after);

    await tocsin.ingest([says('bikes-heartbeat', 'unknown')]);

    expect((await kept()).filter(({ status }) => status === 'triggered')).toHaveLength(1);
  });
});

describe('two processes', () => {
  const message = fc.record({
    name: fc.constantFrom('bikes-a', 'bikes-b', 'bikes-staging-a', 'credit-a', 'credit-b', 'unknown-a'),
    state: fc.constantFrom<AlertState>('firing', 'recovered'),
    at: fc.nat(20),
  });
  const batches = fc.array(fc.array(message, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });

  it('that take the same batches in at once open each incident once and lose no alarm', async () => {
    const other = processOn(server.client(), [BIKES, CREDIT, OPS], clockAt());
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        await redis.flushdb();
        const alerts = given.map((batch) => batch.map(({ name, state, at }) => alert(name, state, T0 + at)));

        await Promise.all([
          ...alerts.map((batch) => tocsin.ingest(batch)),
          ...alerts.toReversed().map((batch) => other.ingest(batch)),
        ]);

        const incidents = await tocsin.all();
        const groups = incidents.map(({ service: name, environment }) => `${name}/${environment}`);
        expect(new Set(groups).size).toBe(groups.length);
        const known = [...(await tocsin.store.known(alerts.flat().map(({ key }) => key))).values()];
        expect(statesOf(known)).toEqual(newestOf(alerts.flat()));
        expect(known.filter(({ state, incident }) => state === 'firing' && incident === null)).toEqual([]);
        expect(incidents.map(({ members: { total, firing } }) => ({ total, firing }))).toEqual(
          incidents.map(({ id }) => countsOf(known.filter(({ incident }) => incident === id))),
        );
        for (const { id, version } of incidents) expect(await tocsin.store.events(id)).toHaveLength(version);
      }),
      { numRuns: 40 },
    );
  });

  function countsOf(members: readonly { readonly state: AlertState }[]) {
    return { total: members.length, firing: members.filter(({ state }) => state === 'firing').length };
  }

  function statesOf(
    alerts: readonly { readonly key: string; readonly state: AlertState }[],
  ): Record<string, AlertState> {
    return Object.fromEntries(alerts.map(({ key, state }) => [key, state]).sort());
  }

  function newestOf(alerts: readonly Alert[]): Record<string, AlertState> {
    const newest = new Map<string, Alert>();
    for (const one of alerts) {
      const other = newest.get(one.name);
      const isNewer = !other || one.changedAt > other.changedAt;
      if (isNewer || (one.changedAt === other.changedAt && one.state === 'firing')) newest.set(one.name, one);
    }
    return statesOf([...newest.values()]);
  }

  it('count every member of a hot incident once, in the incident and in its totals', async () => {
    const other = processOn(server.client(), [BIKES], clockAt());
    const alerts = Array.from({ length: 200 }, (_, i) => alert(`bikes-${i}`, 'firing', T0));
    const slices = Array.from({ length: 20 }, (_, i) => alerts.slice(i * 10, i * 10 + 14));

    await Promise.all(slices.map((slice, i) => (i % 2 === 0 ? tocsin : other).ingest(slice)));

    const [incident, ...more] = await tocsin.all();
    expect(more).toEqual([]);
    expect(incident?.members).toMatchObject({ total: 200, firing: 200 });
    expect(await redis.scard(tocsin.keys.members(incident?.id ?? ''))).toBe(200);
  });
});
