import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { signalKey } from '../../src/domain/service.ts';
import { ANA, alert, MINUTE, rule, service, T0 } from '../domain/given.ts';
import { grades, step } from '../domain/given-grades.ts';
import { useRedis } from '../support/redis.ts';
import { processOn } from './given.ts';

const server = useRedis();
let redis: Redis;
let tocsin: ReturnType<typeof processOn>;
const HOUR = 60 * MINUTE;

const PSI = grades([step(0.2, 'P3', { inclusive: true }), step(0.3, 'P2'), step(0.5, 'P1')], {
  ...{ value: { kind: 'annotation', name: 'psi' }, unit: null, dwellMs: 10 * MINUTE },
});
const heartbeat = {
  ...{ name: 'Heartbeat', everyMs: MINUTE, graceMs: 1, query: null, severity: 'P1' as const, runbook: null },
  ...{ incidentClass: 'ingestion' as const, environment: 'staging', title: 'No predictions' },
};
const CREDIT = service('credit', {
  rules: [
    rule('credit-drift', { id: 'drift', severity: 'P2', incidentClass: 'drift', grades: PSI }),
    rule('credit-*', { id: 'plain', severity: 'P2' }),
  ],
  signals: [heartbeat],
});

beforeAll(() => {
  redis = server.client();
});
beforeEach(() => {
  tocsin = processOn(redis, [CREDIT]);
});

/** A drift report, as the credit-risk system sends it: a value, and no judgement. */
function report(psi: string | null, more: Partial<Alert> = {}): Alert {
  const at = tocsin.clock.now();
  const annotations = psi === null ? {} : { psi };
  return alert('credit-drift', 'firing', at, {
    source: 'event',
    key: 'ev:1:drift',
    isReport: true,
    annotations,
    ...more,
  });
}
/** What Alertmanager says. It repeats a firing with the time at which it began. */
const said = (state: 'firing' | 'recovered', changedAt: number) =>
  alert('credit-latency', state, changedAt, {
    ...{ source: 'alertmanager', key: 'am:1:abc', repeats: true, receivedAt: tocsin.clock.now() },
  });
const one = async () => (await tocsin.all()).at(-1) ?? expect.fail('there is no incident');

describe('a report', () => {
  it('whose value reaches no grade opens nothing', async () => {
    await tocsin.ingest([report('0.19')]);

    expect(await tocsin.all()).toEqual([]);
  });

  it.each([
    ['0.2', 'P3'],
    ['0.31', 'P2'],
    ['0.51', 'P1'],
  ])('of %s opens an incident of %s', async (psi, severity) => {
    await tocsin.ingest([report(psi)]);

    expect(await one()).toMatchObject({
      ...{ severity, incidentClass: 'drift', status: 'triggered' },
      members: { firing: 1, shown: [{ severity, ruling: { by: 'value', rule: 'drift', value: Number(psi) } }] },
    });
  });

  it('without the value that grades it is shown, with its value unknown: nobody can tell that all is well', async () => {
    await tocsin.ingest([report(null)]);

    expect(await one()).toMatchObject({
      ...{ severity: 'P2', members: { firing: 1, shown: [{ ruling: { by: 'rule', isGraded: true, value: null } }] } },
    });
  });

  it('that no rule grades stands as it was sent', async () => {
    await tocsin.ingest([report('0.01', { name: 'credit-other', key: 'ev:1:other' })]);

    expect(await one()).toMatchObject({ members: { firing: 1 } });
  });

  it('that gets worse raises the severity, and one below all grades is the recovery', async () => {
    await tocsin.ingest([report('0.25')]);
    tocsin.clock.pass(HOUR);
    await tocsin.ingest([report('0.6')]);
    expect(await one()).toMatchObject({ severity: 'P1', members: { firing: 1, total: 1 } });

    tocsin.clock.pass(HOUR);
    await tocsin.ingest([report('0.1')]);

    expect(await one()).toMatchObject({ status: 'mitigated', members: { firing: 0, total: 1 } });
    expect((await tocsin.all()).length).toBe(1);
  });

  it('that comes twice changes nothing', async () => {
    const first = report('0.25');
    await tocsin.ingest([first]);
    const { version } = await one();

    await tocsin.ingest([first, first]);

    expect((await one()).version).toBe(version);
  });

  it('of one batch after another gives the same as all of them at once', async () => {
    const all = ['0.25', '0.6', '0.4'].map((psi, i) => report(psi, { changedAt: T0 + i, receivedAt: T0 + i }));
    for (const each of all) await tocsin.ingest([each]);
    const { severity, members } = await one();

    tocsin = processOn(redis, [CREDIT]);
    await redis.flushall();
    await tocsin.ingest(all);

    expect(severity).toBe('P1');
    expect(await one()).toMatchObject({ severity, members: { total: members.total, firing: members.firing } });
  });
});

describe('an Alertmanager that had lost sight of what fires', () => {
  beforeEach(async () => {
    await tocsin.ingest([said('firing', T0 - HOUR)]);
    tocsin.clock.pass(20 * MINUTE);
    await tocsin.ingest([said('recovered', tocsin.clock.now())]);
  });

  it('is believed when it says so long after the recovery, though with the old start', async () => {
    tocsin.clock.pass(10 * MINUTE + 1);

    await tocsin.ingest([said('firing', T0 - HOUR)]);

    expect(await one()).toMatchObject({ status: 'triggered', watchUntil: null, members: { firing: 1 } });
  });

  it('reopens an incident that was over by then', async () => {
    await tocsin.dispatch('INC-1', { type: 'resolve', by: ANA, seen: null, text: '', note: null });
    tocsin.clock.pass(11 * MINUTE);

    await tocsin.ingest([said('firing', T0 - HOUR)]);

    expect(await one()).toMatchObject({ id: 'INC-1', status: 'triggered', reopenings: 1 });
  });

  it('is not believed right after it: that message was only late', async () => {
    const before = await one();
    tocsin.clock.pass(MINUTE);

    await tocsin.ingest([said('firing', T0 - HOUR)]);

    expect(await one()).toEqual(before);
  });

  it('is believed once, however often it and its twins repeat themselves', async () => {
    const recovered = said('recovered', tocsin.clock.now());
    tocsin.clock.pass(11 * MINUTE);
    await tocsin.ingest([said('firing', T0 - HOUR)]);
    const before = await one();

    for (let hour = 0; hour < 5; hour++) {
      tocsin.clock.pass(HOUR);
      await tocsin.ingest([said('firing', T0 - HOUR), { ...recovered, receivedAt: tocsin.clock.now() }]);
    }

    expect(await one()).toEqual(before);
  });

  it('ends it as usual', async () => {
    tocsin.clock.pass(11 * MINUTE);
    await tocsin.ingest([said('firing', T0 - HOUR)]);
    tocsin.clock.pass(HOUR);

    await tocsin.ingest([said('recovered', tocsin.clock.now())]);

    expect(await one()).toMatchObject({ status: 'mitigated', members: { firing: 0 } });
  });
});

describe('an incident of several alarms', () => {
  it('is called after the worst of them, and has its class', async () => {
    const mild = alert('credit-errors', 'firing', T0 - MINUTE);
    await tocsin.ingest([mild, report('0.9')]);

    expect(await one()).toMatchObject({ title: 'credit-drift', severity: 'P1', incidentClass: 'drift' });
  });

  it('counts the time to answer from the first message, not from when it was taken in', async () => {
    const within = { answerWithin: { kind: 'within' as const, ms: 15 * MINUTE }, means: null };
    const timed = { ...CREDIT, severities: { P0: within, P1: within, P2: within, P3: within } };
    tocsin = processOn(redis, [timed]);
    const first = alert('credit-errors', 'firing', T0, { receivedAt: T0 });
    tocsin.clock.pass(5 * MINUTE);

    await tocsin.ingest([first]);

    expect((await one()).answerDue).toMatchObject({ P2: T0 + 15 * MINUTE });
  });
});

it('the silence of a signal opens an incident of the service and environment that expect it', async () => {
  const key = signalKey('credit', heartbeat);

  await tocsin.ingest([alert('Heartbeat', 'firing', T0, { source: 'signal', key })]);

  expect(await one()).toMatchObject({
    ...{ service: 'credit', environment: 'staging', severity: 'P1', title: 'No predictions' },
    incidentClass: 'ingestion',
  });
});
