import { randomUUID } from 'node:crypto';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { checkFeeds } from '../../src/cli/doctor/feeds.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createFeeds, type Feeds } from '../../src/reconcile/feeds.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { service } from '../domain/given.ts';
import { type RunningAws, startAws } from '../sandbox/aws/running-aws.ts';
import { eventually } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';

const TOPIC = 'arn:aws:sns:ca-central-1:123456789012:sm-alerts';
const server = useRedis();
const keys = createKeys();
let aws: RunningAws;
let feeds: Feeds;
let told: string[];

beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  told = [];
  // As a person sets it: the SDK reads these by itself.
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'sandbox');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox');
});
afterEach(async () => {
  await feeds?.stop();
  vi.unstubAllEnvs();
});

async function newQueue(Attributes: Record<string, string> = {}) {
  const { QueueUrl: url = '' } = await aws.sqs.send(new CreateQueueCommand({ QueueName: randomUUID(), Attributes }));
  const answer = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: answer.Attributes?.QueueArn ?? '' };
}

const waiting = async (QueueUrl: string) => {
  const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible].map(Number);
};

function pullFrom(url: string): void {
  const redis = server.client();
  const none = async () => 0;
  feeds = createFeeds({
    env: { SQS_QUEUE_URL: url, SNS_TOPIC_ARNS: [TOPIC], SNS_CERT_DIR: aws.certDir, AWS_REGION: 'ca-central-1' },
    ...{ redis, keys, aws: createAwsClients(), store: createIncidentStore(redis, keys, Date.now) },
    signals: { heard: async () => {} },
    services: () => [service('bikeshare')],
    metrics: createMetrics({ openIncidents: none, inboxBacklog: none, withoutCard: none, sweepLagSeconds: () => 0 }),
    accept: createInbox(redis, keys, 'me').accept,
    record: async () => {},
    confirm: async () => {},
    notifyOperators: async (_cause, text) => void told.push(text),
    now: Date.now,
    log: pino({ enabled: false }),
  });
  feeds.start();
}

async function storedKeys(): Promise<string[]> {
  const entries = await server.client().xrange(keys.inbox, '-', '+');
  return entries.flatMap(([, fields]) => (JSON.parse(fields[1] ?? '[]') as { key: string }[]).map(({ key }) => key));
}

describe('an alarm on a topic that delivers to the queue', () => {
  it.each([
    ['whose senders are limited', { ArnEquals: { 'aws:SourceArn': TOPIC } }],
    ['that takes from anybody, by its signature', undefined],
  ])('%s is stored, and the queue is empty', async (_, Condition) => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition };
    const { url, arn } = await newQueue({
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    await aws.sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: arn }));
    pullFrom(url);
    await aws.aws.alarms.act({ type: 'alarm', name: 'sm-prod-5XX', do: 'fire' });
    await aws.aws.alarms.act({ type: 'alarm', name: 'sm-prod-5XX', do: 'recover' });

    await eventually('the alarm', async () => (await storedKeys()).length === 2);
    expect(new Set(await storedKeys())).toEqual(new Set(['cw:1:123456789012/ca-central-1/sm-prod-5XX']));
    await eventually('an empty queue', async () => (await waiting(url)).every((count) => count === 0));
  });
});

describe('what somebody else puts into the queue', () => {
  it('ends in its dead-letter queue, where the doctor finds it', async () => {
    const dead = await newQueue();
    const { url } = await newQueue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 6 }),
    });
    pullFrom(url);
    await aws.sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: '{"AlarmName":"forged","NewStateValue":"OK"}' }),
    );

    await eventually('the dead letter', async () => (await waiting(dead.url))[0] === 1);
    expect(await storedKeys()).toEqual([]);
    expect(told.join()).toContain('does not limit who may send');

    const sections = [];
    for await (const section of checkFeeds({ topicArns: [TOPIC], queueUrl: url, awsRegion: 'ca-central-1' })) {
      sections.push(section);
    }
    const said = sections.flatMap(({ findings }) => findings.map(({ verdict, what }) => `${verdict}: ${what}`));
    expect(said).toContainEqual(expect.stringMatching(/^warning: 1 messages that were not believed lie in/));
    expect(said).toContainEqual(expect.stringMatching(/^warning: its policy does not limit who sends/));
    expect(said).toContain('fine: ca-central-1: alarms can be compared');
    expect(said).toContain('fine: ca-central-1: lost messages can be looked for');
    expect(said).toContainEqual(expect.stringMatching(/^warning: ca-central-1: mutes are not known/)); // not in the sandbox
  });
});
