import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../src/domain/query.ts';
import { clockAt } from '../app/given.ts';
import { ANA, alert, MINUTE, NOTE, rule, service, T0 } from '../domain/given.ts';
import { type Answers, refusal, standIn } from '../probes/stand-in.ts';
import { useRedis } from '../support/redis.ts';
import { gatheringOn, texts } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const seconds = (at: number) => at / 1_000;
const errorRate: Query = {
  ...{ name: 'error-rate', label: 'Error rate', unit: 'Percent' },
  ask: {
    kind: 'cloudwatch',
    metrics: { m1: { namespace: 'Bikes', metric: 'ErrorRate', dimensions: {}, stat: 'Average', periodSeconds: 60 } },
    expression: null,
  },
  expect: { kind: 'number', direction: 'below', limit: 2, inclusive: false },
};
const serving: Query = {
  ...{ name: 'serving', label: 'Endpoint', unit: null, expect: null },
  ask: { kind: 'endpoint', endpoint: 'bikes-prod' },
};
const BIKES = service('bikes', {
  queries: { 'error-rate': errorRate, serving },
  evidence: { show: ['error-rate'], graph: null, lookBackMs: 180 * MINUTE },
  changes: ['bikes-*'],
});

const alarm = {
  AlarmName: 'bikes-latency',
  AlarmArn: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:bikes-latency',
  ...{ MetricName: 'ModelLatency', Namespace: 'AWS/SageMaker', Period: 60, ExtendedStatistic: 'p95' },
  ...{ Threshold: 800_000, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 },
};
const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(50)]);

/** An AWS that knows all that may be asked of it. */
const AWS: Answers = {
  DescribeAlarms: () => ({ json: { MetricAlarms: [alarm] } }),
  GetMetricData: ({ body }) => ({
    json: {
      MetricDataResults: body.MetricDataQueries.map(
        ({ Id, MetricStat }: { Id: string; MetricStat: { Stat: string } }) => ({
          Id,
          StatusCode: 'Complete',
          Timestamps: [seconds(T0 - 10 * MINUTE), seconds(T0 - MINUTE)],
          Values: MetricStat.Stat === 'p95' ? [310_000, 2_400_000] : [0.4, 3.1],
        }),
      ),
    },
  }),
  GetMetricWidgetImage: () => ({ json: { MetricWidgetImage: PNG.toString('base64') } }),
  DescribeAlarmHistory: () => ({
    json: {
      AlarmHistoryItems: [T0 - MINUTE, T0 - 60 * MINUTE, T0 - 3 * 24 * 60 * MINUTE].map((at) => ({
        Timestamp: seconds(at),
        HistoryData: JSON.stringify({ newState: { stateValue: 'ALARM' } }),
      })),
    },
  }),
  DescribeEndpoint: () => ({ json: { EndpointStatus: 'InService', EndpointConfigName: 'bikes-v41' } }),
  DescribeEndpointConfig: () => ({
    json: { ProductionVariants: [{ VariantName: 'main', ModelName: 'bikes-2026-11' }] },
  }),
};

describe('when an alarm fires', () => {
  it('the card gets what somebody would look up, what decides first', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    const change = { kind: 'endpoint', by: null, url: null } as const;
    await tocsin.changes.record([
      { ...change, id: '1', at: T0 - 13 * MINUTE, subject: 'bikes-prod', text: 'Endpoint bikes-prod: v40 to v41' },
      { ...change, id: '2', at: T0 - 14 * MINUTE, subject: 'trains-prod', text: 'not ours' },
    ]);
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    expect(texts(await tocsin.shown(id))).toEqual([
      'value: Error rate 3.1 % (should be below 2 %)',
      'value: p95 model latency now 2.4 s (alarms above 800 ms), was 310 ms to 2.4 s',
      'change: 12 min before: Endpoint bikes-prod: v40 to v41',
      'endpoint: Endpoint InService with config bikes-v41',
      'history: fired once in 24 h, twice in 7 days, last 22 Nov 02:00 UTC',
      'model: main: model bikes-2026-11',
    ]);
    expect(tocsin.logged).toEqual([]);
  });

  it('the graph of CloudWatch follows, with words for it, and all of it is kept', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    const graph = {
      file: 'F0GRAPH1',
      alt: expect.stringMatching(/p95 model latency.*Alarms above 800 ms, crossed at/),
    };
    expect((await tocsin.store.load(id))?.evidence?.graph).toEqual(graph);
    expect(Buffer.from(tocsin.uploads[0]?.png ?? []).equals(PNG)).toBe(true);
    expect(await tocsin.edits()).toHaveLength(2);
    const [kept] = await tocsin.evidence.snapshots(id);
    expect(kept).toMatchObject({ moment: 'fire', at: T0, graph });
    expect(await tocsin.queue.waiting()).toBe(0);
  });

  it('the value that grades it is measured at once', async () => {
    const measured: string[] = [];
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws, { measure: async (id) => void measured.push(id) });
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    expect(measured).toEqual([id]);
  });

  it('nothing is gathered before its card is out', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);

    await tocsin.gathers();

    expect(aws.asked).toEqual([]);
  });
});

describe('what cannot be told', () => {
  it('is a fact, and keeps nothing else from the card', async () => {
    const aws = await standIn({
      ...AWS,
      GetMetricData: () => 'hang',
      DescribeAlarmHistory: () => refusal('AccessDenied'),
    });
    const tocsin = gatheringOn(redis, [BIKES], aws.aws, { budgetMs: 200 });
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    expect(texts(await tocsin.shown(id))).toEqual([
      'endpoint: Endpoint InService with config bikes-v41',
      'model: main: model bikes-2026-11',
      'missing: Error rate: no answer within 0.2 s',
      'missing: current value of the alarm’s metric: no answer within 0.2 s',
      expect.stringMatching(/^missing: alarm history: .*cloudwatch:DescribeAlarmHistory/),
    ]);
  });

  it('is not asked for again and again', async () => {
    const clock = clockAt(T0);
    const aws = await standIn({ ...AWS, DescribeAlarmHistory: () => refusal('AccessDenied') });
    const tocsin = gatheringOn(redis, [BIKES], aws.aws, { clock });
    const asked = () => aws.asked.filter(({ what }) => what === 'DescribeAlarmHistory').length;
    const first = await tocsin.fires('bikes-latency');
    await tocsin.gathers();
    await tocsin.dispatch(first, { type: 'acknowledge', by: ANA });
    await tocsin.gathers();
    expect(asked()).toBe(1);
    const [, acknowledged] = await tocsin.evidence.snapshots(first);
    expect(texts(acknowledged?.facts ?? [])).toContainEqual(expect.stringMatching(/^missing: alarm history/));

    clock.pass(6 * MINUTE);
    await tocsin.dispatch(first, { type: 'resolve', by: ANA, seen: null, text: '', note: null });
    await tocsin.gathers();
    expect(asked()).toBe(2);
  });

  it('is told of the graph as well, when Slack does not take it', async () => {
    const { TransientError } = await import('../../src/app/errors.ts');
    const aws = await standIn(AWS);
    const upload = async () => {
      throw new TransientError('Slack did not take the graph (500)', { cause: undefined });
    };
    const tocsin = gatheringOn(redis, [BIKES], aws.aws, { upload });
    const id = await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    const [kept] = await tocsin.evidence.snapshots(id);
    expect(texts(kept?.facts ?? [])).toContain('missing: graph: Slack did not take the graph (500)');
    expect(await tocsin.edits()).toHaveLength(1);
  });

  it('is asked of our own store where the alarm is none of CloudWatch', async () => {
    const clock = clockAt(T0);
    const aws = await standIn({});
    const tocsin = gatheringOn(redis, [service('trains')], aws.aws, { clock });
    const other = { key: 'am:1:abc', source: 'alertmanager' } as const;
    const first = await tocsin.fires('trains-drift', other);
    await tocsin.gathers();
    await tocsin.dispatch(first, { type: 'resolve', by: ANA, seen: null, text: '', note: NOTE });
    clock.pass(120 * MINUTE);
    const second = await tocsin.fires('trains-drift', other);
    await tocsin.gathers();

    expect(texts(await tocsin.shown(first))).toEqual(['history: not seen in the 7 days before']);
    expect(texts(await tocsin.shown(second))).toEqual([
      `similar: ${first}, 2 h ago: cause: memory; fix: rollback`,
      'history: seen once in 24 h, once in 7 days, last 22 Nov 02:59 UTC',
    ]);
    expect(aws.asked).toEqual([]);
  });
});

describe('the history of an alarm', () => {
  const history = (items: object[], more: object = {}): Answers => ({
    DescribeAlarmHistory: () => ({ json: { AlarmHistoryItems: items, ...more } }),
  });
  const item = (at: number, data: string) => ({ Timestamp: seconds(at), HistoryData: data });
  const toldBy = async (answers: Answers) => {
    const aws = await standIn(answers);
    const tocsin = gatheringOn(redis, [service('bikes')], aws.aws);
    const id = await tocsin.fires('bikes-latency');
    await tocsin.gathers();
    return texts(await tocsin.shown(id)).filter((text) => text.startsWith('history'));
  };

  it('counts how often it began to fire, also where the rest of an item is cut off, and composite alarms', async () => {
    const long = `{"newState":{"stateValue":"ALARM","stateReason":"${'x'.repeat(100)}`;
    const items = [
      item(T0 - MINUTE, long),
      item(T0 - 9 * MINUTE, long),
      item(T0 - 8 * MINUTE, '{"newState":{"stateValue":"OK"}}'),
    ];

    expect(await toldBy(history(items, { NextToken: 'more' }))).toEqual([
      'history: fired once in 24 h, at least once in 7 days, last 22 Nov 02:51 UTC',
    ]);
  });

  it('is what Tocsin has seen where CloudWatch, of another account, knows nothing of it', async () => {
    expect(await toldBy(history([]))).toEqual(['history: not seen in the 7 days before']);
  });
});

describe('a snapshot', () => {
  it('is taken at each moment, and later ones cost no edit', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    const id = await tocsin.fires('bikes-latency');
    await tocsin.gathers();
    const edits = (await tocsin.edits()).length;

    await tocsin.dispatch(id, { type: 'acknowledge', by: ANA });
    await tocsin.gathers();

    expect((await tocsin.evidence.snapshots(id)).map(({ moment }) => moment)).toEqual(['fire', 'acknowledge']);
    expect(await tocsin.edits()).toHaveLength(edits);
  });

  it('of the end shows the way back on the card, whose facts stay those of the fire', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    const id = await tocsin.fires('bikes-latency');
    await tocsin.gathers();
    const facts = await tocsin.shown(id);

    await tocsin.dispatch(id, { type: 'resolve', by: ANA, seen: null, text: '', note: NOTE });
    await tocsin.gathers();

    const shown = (await tocsin.store.load(id))?.evidence;
    expect(shown?.facts).toEqual(facts);
    expect(shown?.graph?.file).toBe(`F0GRAPH${tocsin.uploads.length}`);
    expect((await tocsin.evidence.snapshots(id)).map(({ moment }) => moment)).toContain('resolve');
  });

  it('is never written again', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws);
    const id = await tocsin.fires('bikes-latency');
    await tocsin.gathers();
    const before = await tocsin.evidence.snapshots(id);

    const isKept = await tocsin.evidence.keep(id, { moment: 'fire', at: 1, facts: [], graph: null });

    expect(isKept).toBe(false);
    expect(await tocsin.evidence.snapshots(id)).toEqual(before);
  });

  it('that a killed process had begun is taken by another, once its lease is over', async () => {
    const clock = clockAt(T0);
    const aws = await standIn(AWS);
    const dies = gatheringOn(redis, [BIKES], aws.aws, { clock, upload: () => new Promise(() => undefined) });
    const lives = gatheringOn(redis, [BIKES], aws.aws, { clock });
    const id = await dies.fires('bikes-latency');
    await dies.gatherer.run();
    await expect.poll(() => dies.shown(id)).not.toEqual([]);

    await lives.gathers();
    expect(await lives.evidence.snapshots(id)).toEqual([]);

    clock.pass(2 * MINUTE);
    await lives.gathers();
    expect(await lives.evidence.snapshots(id)).toHaveLength(1);
    expect((await lives.store.load(id))?.evidence?.graph?.file).toBe('F0GRAPH1');
  });

  it('that a mistake of ours prevents is given up, and logged', async () => {
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, [BIKES], aws.aws, {
      services: () => {
        throw new TypeError('a bug');
      },
    });
    await tocsin.fires('bikes-latency');

    await tocsin.gathers();

    expect(tocsin.logged).toEqual([{ level: 'error', message: 'a snapshot could not be taken' }]);
    expect(await tocsin.queue.waiting()).toBe(0);
  });
});

describe('a storm', () => {
  it('is looked up for the worst few of each service, and the others are told why not', async () => {
    const many = Array.from({ length: 4 }, (_, i) => `place${i}`);
    const rules = many.flatMap((name) => [
      rule(`*-${name}-bad`, { severity: 'P0', environment: { kind: 'fixed', name: `${name}-bad` } }),
      ...['a', 'b', 'c', 'd'].map((part) =>
        rule(`*-${name}-${part}`, { severity: 'P3', environment: { kind: 'fixed', name: `${name}-${part}` } }),
      ),
    ]);
    const services = ['bikes', 'trains'].map((name) =>
      service(name, {
        rules: rules.map((one) => ({ ...one, match: one.match.map((pattern) => pattern.replace('*', name)) })),
      }),
    );
    const aws = await standIn(AWS);
    const tocsin = gatheringOn(redis, services, aws.aws);
    for (const { name } of services) {
      for (const one of many) {
        for (const part of ['a', 'b', 'c', 'd', 'bad'])
          await tocsin.ingest([alert(`${name}-${one}-${part}`, 'firing', T0)]);
      }
    }
    const ids = await tocsin.store.openIds(100);
    expect(ids).toHaveLength(40);
    for (const id of ids) await tocsin.dispatch(id, { type: 'posted', at: T0 });
    // What joins asks for its value, and takes nobody's place.
    await tocsin.ingest(many.map((one) => alert(`bikes-${one}-bad`, 'firing', T0, { key: `cw:1:other/${one}` })));

    await tocsin.gathers();

    const shown = (await tocsin.store.loadMany(ids)).filter(({ evidence }) => evidence !== null);
    expect(shown.map(({ service: of, severity }) => `${of} ${severity}`).sort()).toEqual([
      ...Array(3).fill('bikes P0'),
      ...Array(3).fill('trains P0'),
    ]);
    const kept = await Promise.all(ids.map((id) => tocsin.evidence.snapshots(id)));
    expect(kept.every((one) => one.length === 1)).toBe(true);
    expect(
      texts(kept.flatMap(([one]) => one?.facts ?? [])).filter((text) => /^missing: so many/.test(text)),
    ).toHaveLength(34);
    expect(await tocsin.queue.waiting()).toBe(0);
  });
});
