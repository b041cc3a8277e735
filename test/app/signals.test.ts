import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Probes } from '../../src/app/probes.ts';
import { createSignals, spokenBy } from '../../src/app/signals.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Query } from '../../src/domain/query.ts';
import { route } from '../../src/domain/route.ts';
import { type Service, type Signal, signalKey } from '../../src/domain/service.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createKeys } from '../../src/store/keys.ts';
import { createSignalStore } from '../../src/store/signals.ts';
import { alert, MINUTE, rule, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const HOUR = 60 * MINUTE;
const redis = useRedis();

const report: Signal = {
  name: 'nightly-report',
  everyMs: 24 * HOUR,
  graceMs: HOUR,
  query: null,
  severity: 'P2',
  incidentClass: 'pipeline',
  environment: 'prod',
  title: 'The nightly report has not come',
  runbook: 'report',
};
const heartbeat: Query = {
  name: 'heartbeat',
  label: 'Heartbeat',
  unit: null,
  ask: { kind: 'prometheus', query: 'up' },
  expect: null,
};
const expecting = (...signals: Signal[]) => [service('jobs', { signals, queries: { heartbeat } })];
const KEY = signalKey('jobs', report);

interface World {
  now: number;
  services: readonly Service[];
  sample: () => Promise<number | null>;
  /** Each alert once, as the inbox takes it. */
  readonly accepted: Alert[];
}

let client: Redis;
beforeAll(() => {
  client = redis.client();
});

let world: World;
let deployment = 0;
let keys = createKeys();
beforeEach(() => newWorld());

function newWorld(): void {
  keys = createKeys(`signals-${deployment++}`);
  world = { now: T0, services: expecting(report), sample: async () => null, accepted: [] };
}

const probes: Probes = {
  ask: async () => ({ text: 'up', value: 1, at: await world.sample(), rows: [], series: [] }),
};

/** A process: it knows nothing but what is in Redis. */
function aProcess() {
  const inbox = createInbox(client, keys, 'me');
  return createSignals({
    store: createSignalStore(client, keys),
    services: () => world.services,
    probes,
    now: () => world.now,
    accept: async (id, alerts) => {
      if ((await inbox.accept(id, alerts)) === 'stored') world.accepted.push(...alerts);
    },
  });
}

const states = () => world.accepted.map(({ state }) => state);
const spoke = (at = world.now, environment: string | null = null) => [{ name: report.name, environment, at }];

/** Things happen in time order: it is looked once at each of these hours. */
async function hours(signals: ReturnType<typeof aProcess>, count: number) {
  for (let hour = 0; hour < count; hour++) {
    world.now += HOUR;
    await signals.tend();
  }
}

describe('something that must speak', () => {
  it('has its whole time from when it is first expected', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 24);
    expect(states()).toEqual([]);

    await hours(signals, 1);

    expect(states()).toEqual(['firing']);
    expect(world.accepted[0]).toMatchObject({
      key: KEY,
      source: 'signal',
      changedAt: T0 + 25 * HOUR,
      reason: 'Never heard in the 25 h since it is expected, expected every 24 h.',
    });
  });

  it('is an alarm once, however long it is silent', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 100);

    expect(states()).toEqual(['firing']);
  });

  it('is no alarm while it speaks', async () => {
    const signals = aProcess();
    await signals.tend();
    for (let day = 0; day < 5; day++) {
      await hours(signals, 24);
      await signals.heard(spoke());
    }

    expect(states()).toEqual([]);
  });

  it('recovers when it is heard again, and may fall silent anew', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 30);
    await signals.heard(spoke());
    await signals.tend();
    await hours(signals, 30);

    expect(states()).toEqual(['firing', 'recovered', 'firing']);
    expect(world.accepted[2]?.reason).toBe('Last heard 25 h ago, expected every 24 h.');
  });

  it('that spoke too long ago when we hear of it stays silent', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 60);
    await signals.heard(spoke(T0 + 2 * HOUR));
    await signals.tend();

    expect(states()).toEqual(['firing']);
  });

  it('that spoke in time but is heard late recovers after its silence began', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 26);
    await signals.heard(spoke(T0 + 24 * HOUR));
    await signals.tend();

    const [silent, back] = world.accepted;
    expect(states()).toEqual(['firing', 'recovered']);
    expect(back?.changedAt).toBeGreaterThan(silent?.changedAt ?? 0);
  });

  it('is heard in its own environment only', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 24);
    await signals.heard(spoke(world.now, 'staging'));
    await hours(signals, 2);
    expect(states()).toEqual(['firing']);

    await signals.heard(spoke(world.now, 'prod'));
    await signals.tend();

    expect(states()).toEqual(['firing', 'recovered']);
  });

  it('that speaks from the future is heard now', async () => {
    const signals = aProcess();
    await signals.tend();
    await signals.heard(spoke(world.now + 1_000 * HOUR));
    await hours(signals, 25);

    expect(states()).toEqual(['firing']);
  });

  it('belongs to its service, with the severity and words of the signal', () => {
    const alert = { ...world.accepted[0], key: KEY, source: 'signal', name: report.name, labels: {} } as Alert;

    expect(route(alert, world.services)).toMatchObject({
      environment: 'prod',
      severity: 'P2',
      incidentClass: 'pipeline',
      title: 'The nightly report has not come',
      runbook: 'report',
    });
  });
});

describe('an alarm that has the name of a signal', () => {
  const [here, there] = [rule('nightly-*'), rule('nightly-*', { environment: { kind: 'fixed', name: 'staging' } })];
  const said = (rules: Service['rules'], more: Partial<Alert> = {}) => {
    const all = [service('jobs', { signals: [report], rules }), service('rest', { fallback: true, rules: [] })];
    return spokenBy([alert(report.name, 'firing', T0, more), alert('something-else', 'firing', T0)], all);
  };

  it('has spoken where its rule puts it, when it changed', () => {
    expect(said([here])).toEqual([{ name: report.name, environment: 'prod', at: T0 }]);
    expect(said([there])).toEqual([{ name: report.name, environment: 'staging', at: T0 }]);
  });

  it('has spoken everywhere when no rule knows it', () => {
    expect(said([])).toEqual([{ name: report.name, environment: null, at: T0 }]);
  });

  it('that repeats itself speaks each time that it comes', () => {
    expect(said([here], { repeats: true, receivedAt: T0 + HOUR })).toMatchObject([{ at: T0 + HOUR }]);
  });

  it('is none when it is the silence itself', () => {
    expect(said([here], { source: 'signal', key: KEY })).toEqual([]);
  });
});

describe('the service files', () => {
  it('that do not name it any more end its alarm, and it is forgotten', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 26);

    world.services = expecting();
    await hours(signals, 1);
    world.services = expecting(report);
    await hours(signals, 24);

    expect(states()).toEqual(['firing', 'recovered']); // expected anew, with its whole time
    expect(world.accepted[1]).toMatchObject({ key: KEY, name: report.name });
  });

  it('that give it more time are followed at once', async () => {
    const signals = aProcess();
    await signals.tend();
    world.services = expecting({ ...report, everyMs: 48 * HOUR });
    await hours(signals, 48);
    expect(states()).toEqual([]);

    await hours(signals, 1);

    expect(states()).toEqual(['firing']);
  });
});

describe('a query that would know', () => {
  const asking = { ...report, query: 'heartbeat' };
  beforeEach(() => {
    world.services = expecting(asking);
  });

  it('is asked first, and its newest sample counts as speaking', async () => {
    world.sample = async () => world.now - 2 * HOUR;
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 100);

    expect(states()).toEqual([]);
  });

  it('ends the silence, too', async () => {
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 26);
    world.sample = async () => world.now;
    await hours(signals, 2);

    expect(states()).toEqual(['firing', 'recovered']);
  });

  it('that has only old samples keeps no alarm back', async () => {
    world.sample = async () => T0 - HOUR;
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 26);

    expect(states()).toEqual(['firing']);
  });

  it('that cannot be asked is no good news, and the alarm says why', async () => {
    world.sample = async () => Promise.reject(new SetupError('The environment prod has no prometheus.'));
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 25);

    expect(world.accepted[0]?.reason).toContain('Its query could not tell: The environment prod has no prometheus.');
  });

  it('that makes a mistake of ours keeps no alarm back, neither its own nor another', async () => {
    world.services = expecting({ ...report, name: 'broken', query: 'heartbeat', everyMs: HOUR }, report);
    const signals = aProcess();
    await signals.tend();
    world.now = T0 + 26 * HOUR;

    world.sample = () => Promise.reject(new TypeError('x is undefined'));
    await expect(signals.tend()).rejects.toThrow('x is undefined');
    expect(world.accepted.map(({ name }) => name).sort()).toEqual(['broken', report.name]);
    expect(world.accepted.find(({ name }) => name === 'broken')?.reason).toContain('a mistake of Tocsin');
  });

  it('that does not answer is asked again for two minutes', async () => {
    world.sample = async () => Promise.reject(new TransientError('Prometheus did not answer', { cause: null }));
    const signals = aProcess();
    await signals.tend();
    await hours(signals, 25);
    expect(states()).toEqual([]);

    world.now += 2 * MINUTE;
    await signals.tend();

    expect(states()).toEqual(['firing']);
  });
});

type Act =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'hear'; readonly ago: number }
  | { readonly do: 'restart' }
  | { readonly do: 'tend' };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -HOUR, max: 40 * HOUR }) }),
  fc.record({ do: fc.constant('hear' as const), ago: fc.integer({ min: -HOUR, max: 30 * HOUR }) }),
  fc.constant({ do: 'restart' as const }),
  fc.constant({ do: 'tend' as const }),
);

/** The law in plain code: what was heard last decides, and each silence and each end of one is told once. */
function model() {
  let heardAt = T0;
  let isSilent = false;
  const told: string[] = [];
  return {
    told,
    hear(at: number, now: number) {
      heardAt = Math.max(Math.min(heardAt, now), Math.min(at, now));
    },
    look(now: number) {
      const isOverdue = heardAt + report.everyMs + report.graceMs <= now;
      if (isOverdue !== isSilent) told.push(isOverdue ? 'firing' : 'recovered');
      isSilent = isOverdue;
    },
  };
}

/** Two processes and the law, side by side. */
function twoProcesses() {
  const law = model();
  let processes = [aProcess(), aProcess()];
  return {
    law,
    async tend() {
      // Twice: what one process finds changed under its hands is looked at again a second later.
      for (let round = 0; round < 2; round++) await Promise.all(processes.map((one) => one.tend()));
      law.look(world.now);
    },
    async perform(one: Act) {
      if (one.do === 'wait') world.now = Math.max(T0, world.now + one.ms);
      if (one.do === 'restart') processes = [aProcess(), aProcess()];
      if (one.do !== 'hear') return;
      law.hear(world.now - one.ago, world.now);
      await Promise.all(processes.map((process) => process.heard(spoke(world.now - one.ago))));
    },
  };
}

describe('whatever happens, in two processes at once', () => {
  it('each silence and each end of one is told once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
        newWorld();
        const { law, perform, tend } = twoProcesses();
        await tend();
        for (const one of acts) {
          await perform(one);
          await tend();
        }

        expect(states()).toEqual(law.told);
        const times = world.accepted.map(({ changedAt }) => changedAt);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });
});
