import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAws, startAws } from './running-aws.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

let world: RunningAws;
let subscriber: Subscriber;
let topicArn: string;

beforeAll(async () => {
  world = await startAws({ timeoutMs: 150 });
});

beforeEach(async () => {
  [topicArn, subscriber] = await Promise.all([world.newTopic(), startSubscriber()]);
});

afterEach(() => subscriber.close());
afterAll(() => world.close());

const publish = (message: string, more: object = {}) =>
  world.sns.send(new PublishCommand({ TopicArn: topicArn, Message: message, ...more }));

describe('a subscription', () => {
  const ask = () =>
    world.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: subscriber.url }));

  it('is pending until the token of its signed confirmation comes back', async () => {
    const asked = await ask();
    const [handshake] = await subscriber.wait(1);
    const before = await world.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    await publish('nobody hears this');

    const confirm = new ConfirmSubscriptionCommand({
      TopicArn: topicArn,
      Token: handshake?.json.Token,
      AuthenticateOnUnsubscribe: 'true',
    });
    const confirmed = await world.sns.send(confirm);
    const again = await world.sns.send(confirm);

    expect(asked.SubscriptionArn).toBe('pending confirmation');
    expect(before.Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation', Endpoint: subscriber.url }]);
    expect(handshake?.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-message-id': handshake?.json.MessageId,
      'x-amz-sns-topic-arn': topicArn,
    });
    expect(handshake?.headers).not.toHaveProperty('x-amz-sns-subscription-arn');
    expect(handshake?.json.Token).toMatch(/^[0-9a-f]{256}$/);
    expect(await world.verifies(handshake?.json ?? {})).toBe(true);
    expect(confirmed.SubscriptionArn).toMatch(/^arn:aws:sns:ca-central-1:123456789012:[0-9a-f-]{36}:[0-9a-f-]{36}$/);
    expect(again).toMatchObject({ SubscriptionArn: confirmed.SubscriptionArn });
    expect(subscriber.received).toHaveLength(1);
  });

  it('is asked again with a new token while it is pending, and left alone once confirmed', async () => {
    await ask();
    await ask();
    const [first, second] = await subscriber.wait(2);
    const confirm = { TopicArn: topicArn, Token: first?.json.Token };
    const confirmed = await world.sns.send(new ConfirmSubscriptionCommand(confirm));

    const asked = await ask();

    expect(second?.json.Token).not.toBe(first?.json.Token);
    expect(asked.SubscriptionArn).toBe(confirmed.SubscriptionArn);
    expect(subscriber.received).toHaveLength(2);
  });

  it('is not confirmed by a wrong token', async () => {
    await ask();
    await subscriber.wait(1);

    const confirm = world.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: 'abc' }));

    await expect(confirm).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Token',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('that was confirmed with AuthenticateOnUnsubscribe is not ended by its link', async () => {
    const arn = await world.subscribe(topicArn, subscriber);
    const link = `${world.endpoint}?Action=Unsubscribe&SubscriptionArn=${arn}`;

    const opened = await fetch(link);
    const { Attributes } = await world.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));

    expect(opened.status).toBe(403);
    expect(await opened.text()).toContain('<Code>AuthorizationError</Code>');
    expect(Attributes).toMatchObject({ PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'true' });
  });

  it('that is ended says so with a token that brings it back', async () => {
    const arn = await world.subscribe(topicArn, subscriber);

    await world.sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    const [goodbye] = await subscriber.wait(1);
    const gone = await world.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    const token = goodbye?.json.Token;
    const back = await world.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: token }));

    expect(goodbye?.headers).toMatchObject({
      'x-amz-sns-message-type': 'UnsubscribeConfirmation',
      'x-amz-sns-subscription-arn': arn,
    });
    expect(await world.verifies(goodbye?.json ?? {})).toBe(true);
    expect(gone.Subscriptions ?? []).toEqual([]);
    expect(back.SubscriptionArn).toBe(arn);
  });
});

describe('a published message', () => {
  it.each(['1', '2'])('arrives whole, with a signature of version %s that its certificate proves', async (version) => {
    const arn = await world.subscribe(topicArn, subscriber);
    const attribute = { AttributeName: 'SignatureVersion', AttributeValue: version };
    await world.sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn, ...attribute }));

    const sent = await publish('line one\nline <two> & "three" 🚲', {
      Subject: 'ALARM: "a & b"',
      MessageAttributes: { team: { DataType: 'String', StringValue: 'mlops' } },
    });
    const [got] = await subscriber.wait(1);
    const { Attributes } = await world.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));

    expect(got?.json).toMatchObject({
      Type: 'Notification',
      MessageId: sent.MessageId,
      TopicArn: topicArn,
      Subject: 'ALARM: "a & b"',
      Message: 'line one\nline <two> & "three" 🚲',
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      SignatureVersion: version,
      SigningCertURL: expect.stringMatching(
        /^https:\/\/sns\.ca-central-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/,
      ),
      MessageAttributes: { team: { Type: 'String', Value: 'mlops' } },
    });
    expect(got?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': sent.MessageId,
      'x-amz-sns-subscription-arn': arn,
    });
    expect(await world.verifies(got?.json ?? {})).toBe(true);
    expect(await world.verifies({ ...got?.json, Message: 'forged' })).toBe(false);
    expect(Attributes?.SignatureVersion).toBe(version === '2' ? '2' : undefined);
  });

  it('without a subject has none, and is proved without one', async () => {
    await world.subscribe(topicArn, subscriber);

    await publish('plain');
    const [got] = await subscriber.wait(1);

    expect(got?.json).not.toHaveProperty('Subject');
    expect(await world.verifies(got?.json ?? {})).toBe(true);
  });

  it('comes bare, and says so, where the subscription wants raw delivery', async () => {
    await world.subscribe(topicArn, subscriber, { RawMessageDelivery: 'true' });

    await publish('bare');
    const [got] = await subscriber.wait(1);

    expect(got?.body).toBe('bare');
    expect(got?.headers['x-amz-sns-rawdelivery']).toBe('true');
  });

  it('is tried again, unchanged, after a 5xx and after a time-out', async () => {
    await world.subscribe(topicArn, subscriber);
    subscriber.answers.push(503, 0);

    await publish('please take it');
    const [first, second, third] = await subscriber.wait(3);

    expect(second?.body).toBe(first?.body);
    expect(third?.body).toBe(first?.body);
    expect(third?.headers['x-amz-sns-message-id']).toBe(first?.json.MessageId);
  });

  it('is given up after the retries of its policy', async () => {
    await world.subscribe(topicArn, subscriber);
    subscriber.answers.push(500, 500, 500, 500);

    await publish('lost');
    await subscriber.wait(4);
    await publish('next');
    const all = await subscriber.wait(5);

    expect(all.map(({ json }) => json.Message)).toEqual(['lost', 'lost', 'lost', 'lost', 'next']);
  });

  it.each([400, 403, 429])('is not tried again after %i', async (status) => {
    await world.subscribe(topicArn, subscriber);
    subscriber.answers.push(status);

    await publish('refused');
    await subscriber.wait(1);
    await publish('next');
    const all = await subscriber.wait(2);

    expect(all.map(({ json }) => json.Message)).toEqual(['refused', 'next']);
  });
});

describe('SNS says no', () => {
  const other = 'arn:aws:sns:ca-central-1:999999999999:sm-alerts';
  const missing = 'arn:aws:sns:ca-central-1:123456789012:missing';

  it.each([
    ['to an unknown topic', missing, 'x', 'NotFoundException', 'Topic does not exist'],
    ["to somebody else's topic", other, 'x', 'AuthorizationErrorException', 'SNS:Publish on resource'],
    [
      'to a topic of another region',
      missing.replace('ca-central', 'eu-west'),
      'x',
      'InvalidParameterException',
      'TopicArn',
    ],
    ['to what is no ARN', 'sm-alerts', 'x', 'InvalidParameterException', 'TopicArn Reason'],
    ['to a message that is too long', null, 'x'.repeat(262_145), 'InvalidParameterException', 'Message too long'],
  ])('%s', async (_case, arn, message, name, words) => {
    const call = world.sns.send(new PublishCommand({ TopicArn: arn ?? topicArn, Message: message }));

    await expect(call).rejects.toMatchObject({ name, message: expect.stringContaining(words) });
  });

  it('to a bad name, a bad attribute and a bad delivery policy', async () => {
    const { sns } = world;
    const attribute = { TopicArn: topicArn, AttributeName: 'SignatureVersion', AttributeValue: '3' };
    const policy = JSON.stringify({
      healthyRetryPolicy: { numRetries: 100, minDelayTarget: 3000, maxDelayTarget: 3600 },
    });
    const subscription = { TopicArn: topicArn, Protocol: 'http', Endpoint: subscriber.url };

    const calls = [
      sns.send(new CreateTopicCommand({ Name: 'a b' })),
      sns.send(new SetTopicAttributesCommand(attribute)),
      sns.send(new SubscribeCommand({ ...subscription, Attributes: { DeliveryPolicy: policy } })),
      sns.send(new SubscribeCommand({ ...subscription, Protocol: 'sms' })),
      sns.send(new SubscribeCommand({ ...subscription, Attributes: { FilterPolicyScope: 'MessageBody' } })),
    ];

    const names = (await Promise.allSettled(calls)).map((one) => one.status === 'rejected' && one.reason.name);
    expect(names).toEqual(calls.map(() => 'InvalidParameterException'));
  });

  it.each([
    ['Nonsense', { authorization: 'AWS4-HMAC-SHA256 x' }, 400, 'InvalidAction'],
    ['Publish', {}, 403, 'MissingAuthenticationToken'],
  ])('to %s in XML', async (action, headers: Record<string, string>, status, code) => {
    const answer = await fetch(world.endpoint, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ Action: action }),
    });

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Error><Type>Sender</Type><Code>${code}</Code>`);
  });
});
