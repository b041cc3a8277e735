import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { alertFromCloudWatch } from '../../src/sources/cloudwatch-alarm.ts';
import { newestDatapoint } from '../../src/sources/cloudwatch-measurement.ts';

const PUBLISHED = Date.parse('2026-03-01T12:00:00.000Z');
const RECEIVED = PUBLISHED + 150;
const TOPIC = topic('arn:aws:sns:eu-west-1:111111111111:alarms');

const metricAlarm = {
  AlarmName: 'endpoint-latency-prod',
  AlarmDescription: 'p95 of the endpoint',
  AWSAccountId: '222222222222',
  AlarmConfigurationUpdatedTimestamp: '2026-02-01T00:00:00.000+0000',
  NewStateValue: 'ALARM',
  NewStateReason:
    'Threshold Crossed: 1 out of the last 1 datapoints [21.5 (01/03/26 11:58:00)] was greater than the threshold (21.0) (minimum 1 datapoint for OK -> ALARM transition).',
  StateChangeTime: '2026-03-01T11:59:58.250+0000',
  Region: 'EU (Ireland)',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:endpoint-latency-prod',
  OldStateValue: 'OK',
  OKActions: [],
  AlarmActions: [TOPIC.arn],
  Trigger: {
    MetricName: 'ModelLatency',
    Namespace: 'AWS/SageMaker',
    StatisticType: 'Statistic',
    Statistic: 'AVERAGE',
    Unit: 'Microseconds',
    Dimensions: [
      { value: 'AllTraffic', name: 'VariantName' },
      { value: 'prod', name: 'EndpointName' },
    ],
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 21,
    TreatMissingData: 'missing',
  },
};

/** What metric math adds to a trigger. */
const mathTrigger = (metrics: unknown, more: object = {}) => ({
  Period: 60,
  EvaluationPeriods: 2,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0.5,
  Metrics: metrics,
  ...more,
});

const series = (id: string, name: string, dimensions: object[], returned = false) => ({
  Id: id,
  MetricStat: {
    Metric: { MetricName: name, Namespace: 'Shop', Dimensions: dimensions },
    Period: 300,
    Stat: 'Sum',
  },
  ReturnData: returned,
});

function topic(arn: string) {
  const parsed = parseTopicArn(arn);
  if (!parsed) throw new Error(`${arn} is not the ARN of a topic`);
  return parsed;
}

function read(content: unknown, at = TOPIC): Alert {
  const alert = alertFromCloudWatch(content, { topic: at, publishedAt: PUBLISHED }, RECEIVED);
  if (!alert) throw new Error('not read as an alarm');
  return alert;
}

const without = (...fields: string[]) =>
  Object.fromEntries(Object.entries(metricAlarm).filter(([field]) => !fields.includes(field)));

describe('a metric alarm', () => {
  it('becomes an alert with everything that people need to know', () => {
    expect(read(metricAlarm)).toEqual({
      key: 'cw:1:222222222222/eu-west-1/endpoint-latency-prod',
      source: 'cloudwatch',
      name: 'endpoint-latency-prod',
      state: 'firing',
      changedAt: Date.parse('2026-03-01T11:59:58.250Z'),
      receivedAt: RECEIVED,
      reason: metricAlarm.NewStateReason,
      description: 'p95 of the endpoint',
      account: '222222222222',
      region: 'eu-west-1',
      measurement: {
        metric: 'ModelLatency',
        namespace: 'AWS/SageMaker',
        dimensions: [
          { name: 'EndpointName', value: 'prod' },
          { name: 'VariantName', value: 'AllTraffic' },
        ],
        statistic: 'average',
        unit: 'Microseconds',
        value: 21.5,
        isFromProse: true,
        threshold: 21,
        comparison: 'above',
        periodSeconds: 60,
        periods: 3,
      },
      children: [],
      labels: {},
      annotations: {},
      isReport: false,
      repeats: false,
      url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=eu-west-1#alarmsV2:alarm/endpoint-latency-prod',
    });
  });

  it.each([
    ['ALARM', 'firing'],
    ['OK', 'recovered'],
    ['INSUFFICIENT_DATA', 'unknown'],
  ])('in state %s is %s, with one and the same key', (NewStateValue, state) => {
    expect(read({ ...metricAlarm, NewStateValue })).toMatchObject({ state, key: read(metricAlarm).key });
  });

  it.each([
    [{ StatisticType: 'ExtendedStatistic', Statistic: 'p90' }, 'p90'],
    [{ Statistic: undefined, ExtendedStatistic: 'p99.9' }, 'p99.9'],
    [{ Statistic: 'SUM' }, 'sum'],
    [{ Statistic: 'TM(2%:98%)' }, 'TM(2%:98%)'],
    [{ Statistic: null }, null],
  ])('with %j has the statistic %j', (change, statistic) => {
    const alert = read({ ...metricAlarm, Trigger: { ...metricAlarm.Trigger, ...change } });

    expect(alert.measurement?.statistic).toBe(statistic);
  });

  it.each([
    ['GreaterThanOrEqualToThreshold', 'at or above'],
    ['LessThanThreshold', 'below'],
    ['LessThanOrEqualToThreshold', 'at or below'],
    ['SomethingNew', null],
    ['constructor', null],
  ])('that compares with %s is told as %j', (ComparisonOperator, comparison) => {
    const alert = read({ ...metricAlarm, Trigger: { ...metricAlarm.Trigger, ComparisonOperator } });

    expect(alert.measurement?.comparison).toBe(comparison);
  });

  it('that somebody forced has no value, whatever the text says', () => {
    const alert = read({ ...metricAlarm, NewStateReason: 'Testing 1 2 3 [99.0 (01/03/26 11:58:00)]' });

    expect(alert.measurement).toMatchObject({ value: null, threshold: 21 });
  });
});

describe('an older message', () => {
  it("without an ARN lives in the topic's region and never in the one whose name it shows", () => {
    const alert = read({ ...without('AlarmArn'), Region: 'US East (N. Virginia)' });

    expect(alert).toMatchObject({
      key: 'cw:1:222222222222/eu-west-1/endpoint-latency-prod',
      region: 'eu-west-1',
      url: expect.stringContaining('https://eu-west-1.console.'),
    });
  });

  it.each([undefined, null, 'EXAMPLE', 7])("with the account %j is counted to the topic's", (AWSAccountId) => {
    expect(read({ ...without('AlarmArn'), AWSAccountId })).toMatchObject({ account: '111111111111' });
  });

  it('without a trigger measures nothing', () => {
    expect(read(without('AlarmArn', 'Trigger'))).toMatchObject({ measurement: null, state: 'firing' });
  });

  it.each([
    undefined,
    null,
    'never',
    '0000-00-00',
    '2126-03-01T12:00:00.000+0000',
    -1,
  ])('with the time %j changed when it was published', (StateChangeTime) => {
    expect(read({ ...metricAlarm, StateChangeTime }).changedAt).toBe(PUBLISHED);
  });
});

describe('an alarm on an expression', () => {
  const prod = { name: 'Stage', value: 'prod' };

  it('is named by its label and by what its inputs share', () => {
    const Trigger = mathTrigger([
      { Id: 'e1', Expression: 'errors/requests*100', Label: 'Error rate (%)', ReturnData: true },
      series('errors', '5xx', [prod, { name: 'Code', value: '500' }]),
      series('requests', 'Count', [prod]),
    ]);

    expect(read({ ...metricAlarm, Trigger }).measurement).toMatchObject({
      metric: 'Error rate (%)',
      namespace: 'Shop',
      dimensions: [prod],
      statistic: null,
      threshold: 0.5,
      comparison: 'above',
      periodSeconds: 60,
      periods: 2,
    });
  });

  it.each([
    '',
    'Expression1',
    null,
    undefined,
  ])('with the label %j is named by the expression and the names of its metrics', (Label) => {
    const Trigger = mathTrigger([{ Id: 'e1', Expression: 'm1*1', Label, ReturnData: true }, series('m1', '5xx', [])]);

    expect(read({ ...metricAlarm, Trigger }).measurement?.metric).toBe('5xx*1');
  });

  it('of Metrics Insights is named by its query', () => {
    const query = 'SELECT MAX(ModelLatency) FROM SCHEMA("AWS/SageMaker", EndpointName) GROUP BY EndpointName';
    const Trigger = mathTrigger([{ Id: 'q1', Expression: query, Period: 60, ReturnData: true }]);

    expect(read({ ...metricAlarm, Trigger }).measurement).toMatchObject({
      metric: query,
      namespace: null,
      dimensions: [],
    });
  });

  it.each([
    ['LessThanLowerOrGreaterThanUpperThreshold', 'outside the band'],
    ['LessThanLowerThreshold', 'below the band'],
    ['GreaterThanUpperThreshold', 'above the band'],
  ])('of an anomaly band (%s) is about the metric and has no threshold', (ComparisonOperator, comparison) => {
    const Trigger = {
      EvaluationPeriods: 2,
      ComparisonOperator,
      ThresholdMetricId: 'ad1',
      Metrics: [
        { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', Label: 'band', ReturnData: true },
        series('m1', 'Orders', [prod], true),
      ],
    };
    const NewStateReason =
      'Thresholds Crossed: 1 out of the last 1 datapoints [13.0 (01/03/26 11:58:00)] was greater than the upper thresholds [10.5]';

    expect(read({ ...metricAlarm, Trigger, NewStateReason }).measurement).toMatchObject({
      metric: 'Orders',
      namespace: 'Shop',
      dimensions: [prod],
      statistic: 'sum',
      value: 13,
      threshold: null,
      comparison,
      periodSeconds: 300,
    });
  });
});

describe('a composite alarm', () => {
  const composite = {
    ...without('Trigger', 'AlarmConfigurationUpdatedTimestamp'),
    AlarmRule: 'ALARM("a") OR ALARM("b: c")',
    TriggeringChildren: [
      { Arn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:b: c', State: { Value: 'ALARM' } },
      { Arn: 'not an ARN' },
      null,
      { Arn: 7 },
    ],
  };

  it('names the alarms that made it fire and measures nothing', () => {
    expect(read(composite)).toMatchObject({ children: ['b: c', 'not an ARN'], measurement: null });
  });

  it.each([
    ['ALARM', ['a'], 'a fires'],
    ['ALARM', ['a', 'b: c'], 'a and b: c fire'],
    ['ALARM', ['b', 'c', 'd', 'e'], 'a, b, c and 2 more fire'],
    ['ALARM', [], 'a fires'],
    ['OK', [], 'a is OK'],
    ['INSUFFICIENT_DATA', [], 'a has no data'],
  ])('in state %s says whom of %j it follows: %s', (state, children, words) => {
    const arn = (name: string) => `arn:aws:cloudwatch:eu-west-1:222222222222:alarm:${name}`;
    const alert = read({
      ...composite,
      NewStateValue: state,
      NewStateReason: `${arn('a')} transitioned to ${state} at Sunday 01 March, 2026 11:59:58 UTC`,
      TriggeringChildren: children.map((name) => ({ Arn: arn(name), State: { Value: state } })),
    });

    expect(alert.reason).toBe(words);
  });

  it.each([[[]], [null], [undefined], ['x']])('with the children %j has none', (TriggeringChildren) => {
    expect(read({ ...composite, TriggeringChildren }).children).toEqual([]);
  });
});

describe('an alarm with many series', () => {
  const contributor = {
    ...metricAlarm,
    AlarmContributorId: '0123456789abcdef',
    AlarmContributorAttributes: { EndpointName: 'prod', odd: 7 },
    AlarmTags: { team: 'ml', EndpointName: 'tag' },
  };

  it('is a condition of its own for each series, with its attributes before its tags', () => {
    expect(read(contributor)).toMatchObject({
      key: 'cw:1:222222222222/eu-west-1/endpoint-latency-prod#0123456789abcdef',
      labels: { team: 'ml', EndpointName: 'prod' },
      part: 'prod',
    });
    expect('part' in read(metricAlarm)).toBe(false);
  });

  it('cannot be mistaken for an alarm with a # in its name', () => {
    const AlarmName = `${metricAlarm.AlarmName}#0123456789abcdef`;

    expect(read({ ...metricAlarm, AlarmName }).key).not.toBe(read(contributor).key);
  });

  it.each([
    [{ team: 'ml' }, { team: 'ml' }],
    [[{ Key: 'team', Value: 'ml' }, { Key: 'x' }, null], { team: 'ml' }],
    [null, {}],
    ['team=ml', {}],
    [JSON.parse('{"__proto__":"x","team":"ml"}'), { team: 'ml' }],
  ])('and tags %j has labels %j', (AlarmTags, labels) => {
    expect({ ...read({ ...metricAlarm, AlarmTags }).labels }).toEqual(labels);
  });
});

it('a log alarm measures what its newest query found', () => {
  const alert = read({
    ...without('Trigger'),
    NewStateReason: '2 query results crossed the threshold',
    NewStateReasonData: {
      threshold: 10,
      results: [
        { timestamp: '2026-03-01T11:50:00.000+0000', value: 11 },
        { timestamp: '2026-03-01T11:55:00.000+0000', value: 12 },
        { timestamp: '2026-03-01T11:45:00.000+0000', value: null },
      ],
    },
  });

  expect(alert.measurement).toMatchObject({ metric: null, value: 12, threshold: 10 });
});

describe('the newest datapoint', () => {
  it.each([
    ['Threshold Crossed: 1 datapoint [21.5 (01/03/26 10:00:00)] was greater than the threshold (21.0).', 21.5],
    ['Threshold Crossed: 2 datapoints [1.0 (01/03/26 10:00:00), 2.0 (01/03/26 10:01:00)] were …', 2],
    ['Threshold Crossed: 2 datapoints [2.0 (01/03/26 00:00:00), 1.0 (28/02/26 23:59:00)] were …', 2],
    ['Threshold Crossed: 1 datapoint [-1.5E-4 (01/03/26 10:00:00)] was …', -0.00015],
    [
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
      null,
    ],
    ['Threshold Crossed', null],
    ['Unchecked: Initial alarm creation', null],
    ['Insufficient Data: 5 datapoints were unknown.', null],
    ['5 out of 10 contributors evaluated to ALARM', null],
    ['', null],
  ])('of %j is %j', (reason, value) => {
    expect(newestDatapoint(reason)).toBe(value);
  });

  it('of a sentence that never ends is unknown', () => {
    expect(newestDatapoint(`Threshold Crossed: ${'['.repeat(50_000)}`)).toBeNull();
  });
});

describe('the console page', () => {
  it.each([
    ['arn:aws-cn:sns:cn-north-1:111111111111:a', 'https://cn-north-1.console.amazonaws.cn/'],
    ['arn:aws-us-gov:sns:us-gov-west-1:111111111111:a', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ])('for %s is in its own partition', (arn, start) => {
    expect(read(without('AlarmArn'), topic(arn)).url).toContain(start);
  });

  it('is unknown where there is no public console', () => {
    expect(read(without('AlarmArn'), topic('arn:aws-iso:sns:us-iso-east-1:111111111111:a')).url).toBeNull();
  });

  it('escapes whatever the name holds', () => {
    const url = read({ ...metricAlarm, AlarmName: 'a b|<!channel>/#ü\ud800' }).url;

    expect(url).toMatch(/alarm\/a%20b%7C%3C!channel%3E%2F%23%C3%BC%EF%BF%BD$/);
  });
});

describe('hostile text', () => {
  it('of any length is clipped where it is shown, and two long names stay two conditions', () => {
    const long = 'x'.repeat(40_000);
    const one = read({ ...metricAlarm, AlarmName: `${long}1`, AlarmDescription: long, NewStateReason: long });
    const two = read({ ...metricAlarm, AlarmName: `${long}2` });

    expect([one.name.length, one.reason.length, one.description?.length, one.url]).toEqual([255, 1024, 1024, null]);
    expect(one.key.length).toBeLessThan(400);
    expect(one.key).not.toBe(two.key);
  });

  it('is made one line of well-formed text', () => {
    const alert = read({ ...metricAlarm, AlarmName: 'a\u0000\nb\u2028c', NewStateReason: ' x\r\n\ty\ud800 ' });

    expect(alert).toMatchObject({ name: 'a b c', reason: 'x y\ufffd' });
  });

  it('never loses half a character to clipping', () => {
    const alert = read({ ...metricAlarm, AlarmName: `x${'🔥'.repeat(300)}` });

    expect([alert.name.isWellFormed(), alert.key.isWellFormed()]).toEqual([true, true]);
    expect(alert.name.endsWith('🔥…')).toBe(true);
  });
});

describe('what is no alarm', () => {
  it.each([
    [null],
    ['ALARM'],
    [[]],
    [{}],
    [{ AlarmName: 'x' }],
    [{ AlarmName: '', NewStateValue: 'ALARM' }],
    [{ AlarmName: 'x', NewStateValue: 'ODD' }],
  ])('such as %j is not read as one', (content) => {
    expect(alertFromCloudWatch(content, { topic: TOPIC, publishedAt: PUBLISHED }, RECEIVED)).toBeNull();
  });
});

describe('an alarm message with anything in any field', () => {
  const fields = Object.keys({
    ...metricAlarm,
    TriggeringChildren: 0,
    AlarmContributorId: 0,
    AlarmContributorAttributes: 0,
    AlarmTags: 0,
    NewStateReasonData: 0,
    SomethingNew: 0,
  }).filter((field) => field !== 'AlarmName' && field !== 'NewStateValue');

  it('is still an alert', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const alert = read({ ...metricAlarm, [field]: value });

        expect(alert).toMatchObject({ state: 'firing', name: 'endpoint-latency-prod' });
        expect(Number.isSafeInteger(alert.changedAt)).toBe(true);
      }),
    );
  });

  it('or in any field of its trigger is still an alert with its threshold', () => {
    const triggerFields = [...Object.keys(metricAlarm.Trigger), 'Metrics', 'ThresholdMetricId', 'New'];
    fc.assert(
      fc.property(fc.constantFrom(...triggerFields), fc.jsonValue(), (field, value) => {
        fc.pre(field !== 'Threshold');
        const alert = read({ ...metricAlarm, Trigger: { ...metricAlarm.Trigger, [field]: value } });

        expect(alert.measurement?.threshold).toBe(21);
      }),
    );
  });
});
