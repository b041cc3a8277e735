import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { keepSubscribed } from '../../../sandbox/aws/keep-subscribed.ts';
import { type RunningAws, startAws } from './running-aws.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

let world: RunningAws;
let subscriber: Subscriber;
let topicArn: string;
let stop: () => void = () => undefined;

beforeAll(async () => {
  world = await startAws();
});

beforeEach(async () => {
  [topicArn, subscriber] = await Promise.all([world.newTopic(), startSubscriber()]);
});

afterEach(async () => {
  stop();
  await subscriber.close();
});

afterAll(() => world.close());

function keep(webhookUrl = subscriber.url): void {
  stop = keepSubscribed({ sns: world.aws.sns, topicArns: [topicArn], webhookUrl, everyMs: 5 });
}

it('subscribes an endpoint once it is up', async () => {
  const placeholder = createServer().listen(0, '127.0.0.1');
  await once(placeholder, 'listening');
  // A listening TCP server has an AddressInfo.
  const { port } = placeholder.address() as AddressInfo;
  placeholder.close();
  await once(placeholder, 'close');

  keep(`http://127.0.0.1:${port}/webhooks/sns`);
  await sleep(30);
  const before = world.aws.sns.topics.of(topicArn);
  const late = createServer((_request, response) => response.end()).listen(port, '127.0.0.1');
  while (world.aws.sns.topics.of(topicArn).length === 0) await sleep(5);

  expect(before).toEqual([]);
  expect(world.aws.sns.topics.of(topicArn)).toMatchObject([{ status: 'pending' }]);
  late.closeAllConnections();
  late.close();
});

it('leaves an endpoint alone that has confirmed, and one that ended its subscription', async () => {
  keep();
  while (!subscriber.received.some(({ json }) => json.Token)) await sleep(5);
  const token = subscriber.received.find(({ json }) => json.Token)?.json.Token ?? '';
  const options = { authenticated: true, authenticateOnUnsubscribe: true };
  const { arn } = world.aws.sns.confirm(topicArn, token, options);
  await sleep(30);
  const handshakes = subscriber.received.filter(({ json }) => json.Type === 'SubscriptionConfirmation').length;

  world.aws.sns.unsubscribe(arn);
  await sleep(30);

  expect(handshakes).toBe(1);
  expect(world.aws.sns.topics.of(topicArn)).toEqual([]);
});
