import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';
import { freePort } from '../support/scenario-bot.ts';
import { startProgram } from './program.ts';

const MOTO = process.env.MOTO_SERVER;
const REGION = 'ca-central-1';
const ALARM = 'sm-prod-5XX';
/** Open incidents are compared with their source once a minute. */
const UNHEARD_MS = 100_000;

/** What a person would set up: a topic, a queue that only this topic may send to, and an alarm on a metric. */
async function setUpAccount(endpoint: string) {
  const settings = { endpoint, region: REGION, credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' } };
  const [sns, sqs, cloudwatch] = [new SNSClient(settings), new SQSClient(settings), new CloudWatchClient(settings)];
  const topic = (await sns.send(new CreateTopicCommand({ Name: 'sm-alerts' }))).TopicArn ?? '';
  const queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'tocsin' }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.QueueArn ?? '';
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': topic } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: arn }));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM,
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Dimensions: [{ Name: 'EndpointName', Value: 'bikeshare-prod' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [topic],
    }),
  );

  const setState = (StateValue: 'ALARM' | 'OK') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: ALARM, StateValue, StateReason: 'A test says so' }));
  return {
    topic,
    queue,
    setState,
    /** moto changes the state and tells nobody, so that what CloudWatch would publish is published here. */
    publish: (state: 'ALARM' | 'OK') =>
      sns.send(
        new PublishCommand({
          TopicArn: topic,
          Subject: `${state}: "${ALARM}" in Canada (Central)`,
          Message: JSON.stringify(alarmMessage(topic, state)),
        }),
      ),
    measure: (value: number) =>
      cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: 'Interop',
          MetricData: [{ MetricName: 'ErrorRate', Value: value, Unit: 'Percent', Timestamp: new Date() }],
        }),
      ),
  };
}

function alarmMessage(topic: string, state: 'ALARM' | 'OK') {
  const [, , , region, account] = topic.split(':');
  return {
    AlarmName: ALARM,
    AlarmDescription: null,
    AWSAccountId: account,
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: 1 datapoint [9.0] was greater than the threshold (5.0).',
    StateChangeTime: new Date().toISOString().replace('Z', '+0000'),
    Region: 'Canada (Central)',
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${ALARM}`,
    OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
    Trigger: {
      MetricName: 'Invocation5XXErrors',
      Namespace: 'AWS/SageMaker',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ name: 'EndpointName', value: 'bikeshare-prod' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
      TreatMissingData: 'missing',
    },
  };
}

// Real programs take their time; a scenario alone would end a test sooner.
vi.setConfig({ testTimeout: 240_000 });

/** A rule whose severity hangs on a metric that moto keeps. */
const SERVICES = {
  bikeshare: `
owner: Demand forecasting
channel: C0BIKESHARE
fallback: true
environments: { prod: { region: ${REGION} } }
queries:
  error-rate: { label: Error rate, unit: Percent, cloudwatch: { metrics: { m1: { namespace: Interop, metric: ErrorRate } } } }
alarms:
  - id: server-errors
    match: sm-prod-5XX
    severity: P2
    title: The prod endpoint answers with server errors
    grades: { value: { query: error-rate }, steps: [{ above: 1, severity: P2 }, { above: 5, severity: P1 }], otherwise: P3 }
`,
};

describe.skipIf(!MOTO)('moto as AWS', () => {
  it('gives alarms through SNS and SQS, values through GetMetricData, and an unheard recovery through DescribeAlarms', async ({
    start,
  }) => {
    const world = await start({ services: SERVICES, errors: [/./] });
    const url = `http://127.0.0.1:${await freePort()}`;
    const moto = await startProgram(MOTO ?? '', ['-H', '127.0.0.1', '-p', new URL(url).port], {
      url,
      readyPath: '/moto-api/',
      cwd: world.servicesDir,
    });
    try {
      const account = await setUpAccount(url);
      await account.setState('ALARM');
      await account.measure(6.5);
      await world.botProcess({
        AWS_ENDPOINT_URL: url,
        SQS_QUEUE_URL: account.queue,
        SNS_TOPIC_ARNS: account.topic,
        SNS_CERT_DIR: '',
      });

      await account.publish('ALARM');
      const card = await world.slack.card('INC-1');
      await card.says('The prod endpoint answers with server errors');
      await card.says('6.5 %', 'P1');

      await account.setState('OK'); // moto publishes nothing: only asking finds it
      await eventually('a recovery that nobody told', () => card.text().includes('Recovered'), UNHEARD_MS);
      expect(await world.incidents()).toHaveLength(1);
    } finally {
      await moto.stop();
    }
  });
});
