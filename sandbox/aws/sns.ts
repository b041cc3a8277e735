import { randomBytes, randomUUID } from 'node:crypto';
import { invalidParameter, notFound } from './aws-error.ts';
import type { SigningIdentity } from './certificate.ts';
import type { Courier, CourierOptions } from './delivery.ts';
import { createCourier } from './delivery.ts';
import type { Envelope, NotificationFields, SnsSigner } from './envelopes.ts';
import { createSnsSigner, unsubscribeUrl } from './envelopes.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { DEFAULT_RETRY_POLICY } from './retry-policy.ts';
import type { Subscription, TopicStore } from './topics.ts';
import { createTopicStore } from './topics.ts';

export interface SnsOptions {
  readonly account: string;
  readonly identity: SigningIdentity;
  readonly now: () => number;
  readonly delivery?: CourierOptions;
  /** Puts a message into a queue; false when it may not, and the message is lost, as with SNS. */
  readonly toQueue: (queueArn: string, topicArn: string, body: string) => boolean;
}

export interface SubscribeInput {
  readonly topicArn: string;
  readonly protocol: 'http' | 'https' | 'sqs';
  readonly endpoint: string;
  readonly rawDelivery?: boolean;
  readonly policy?: RetryPolicy | null;
}

/** What SNS does, without its wire format. Throws `AwsError` where SNS says no. */
export interface Sns {
  readonly topics: TopicStore;
  /** Asks the endpoint to confirm; a pending subscription is asked again, with a new token. */
  subscribe(input: SubscribeInput): Subscription;
  confirm(
    topicArn: string,
    token: string,
    options: { authenticated: boolean; authenticateOnUnsubscribe: boolean },
  ): Subscription;
  /** Ends it and tells the endpoint, with a token that brings it back. */
  unsubscribe(subscriptionArn: string): void;
  /** Signs once and delivers to every confirmed subscriber; answers the message id at once. */
  publish(topicArn: string, message: Pick<NotificationFields, 'subject' | 'message' | 'attributes'>): string;
  /** Delivers a published message once more, as SNS may: same id, same time, same signature. False when it is forgotten. */
  redeliver(messageId: string): boolean;
  close(): Promise<void>;
}

const TOKEN_LIFE_MS = 2 * 86_400_000;
/** How many published messages can be delivered again. */
const REMEMBERED = 2000;

export function createSns(options: SnsOptions): Sns {
  const { identity, now, toQueue } = options;
  const topics = createTopicStore(options.account, identity.region);
  const signer = createSnsSigner(identity);
  const courier = createCourier(options.delivery);
  const published = new Map<string, Envelope>();

  const fanOut = (envelope: Envelope): void => {
    const topicArn = String(envelope.TopicArn);
    for (const subscription of topics.of(topicArn)) {
      if (subscription.status !== 'confirmed') continue;
      if (subscription.protocol === 'sqs')
        toQueue(subscription.endpoint, topicArn, snsRequest(envelope, subscription).body);
      else deliverEnvelope(courier, subscription, envelope);
    }
  };

  const publish: Sns['publish'] = (topicArn, message) => {
    const topic = topics.topic(topicArn);
    if (topic === undefined) throw notFound('Topic does not exist');
    const fields = { ...message, messageId: randomUUID(), topicArn, publishedAt: now() };
    const envelope = signer.notification(fields, topic.signatureVersion);
    published.set(fields.messageId, envelope);
    const oldest = published.keys().next().value;
    if (published.size > REMEMBERED && oldest !== undefined) published.delete(oldest);
    fanOut(envelope);
    return fields.messageId;
  };

  return {
    topics,
    publish,
    ...subscriptionActions(topics, signer, courier, now),
    redeliver: (messageId) => {
      const envelope = published.get(messageId);
      if (envelope !== undefined) fanOut(envelope);
      return envelope !== undefined;
    },
    close: () => courier.close(),
  };
}

function subscriptionActions(
  topics: TopicStore,
  signer: SnsSigner,
  courier: Courier,
  now: () => number,
): Pick<Sns, 'subscribe' | 'confirm' | 'unsubscribe'> {
  const ask = (subscription: Subscription, type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'): void => {
    const token = randomBytes(128).toString('hex');
    subscription.tokens.set(token, now());
    const { topicArn, arn } = subscription;
    const fields = { type, messageId: randomUUID(), topicArn, subscriptionArn: arn, token, publishedAt: now() };
    const envelope = signer.handshake(fields, topics.topic(topicArn)?.signatureVersion);
    deliverEnvelope(courier, subscription, envelope);
  };

  return {
    subscribe: (input) => {
      if (topics.topic(input.topicArn) === undefined) throw notFound('Topic does not exist');
      const known = topics.of(input.topicArn).find((one) => sameEndpoint(one, input));
      const subscription = known ?? newSubscription(input);
      if (known === undefined) topics.add(subscription);
      if (subscription.status === 'pending') ask(subscription, 'SubscriptionConfirmation');
      return subscription;
    },
    confirm: (topicArn, token, { authenticated, authenticateOnUnsubscribe }) => {
      if (topics.topic(topicArn) === undefined) throw notFound('Topic does not exist');
      const subscription = topics.byToken(token);
      const sentAt = subscription?.tokens.get(token) ?? Number.NEGATIVE_INFINITY;
      if (subscription?.topicArn !== topicArn || now() - sentAt > TOKEN_LIFE_MS) throw invalidParameter('Token');
      if (subscription.status === 'confirmed') return subscription;
      subscription.status = 'confirmed';
      subscription.authenticateOnUnsubscribe = authenticateOnUnsubscribe;
      subscription.confirmationWasAuthenticated = authenticated;
      return subscription;
    },
    unsubscribe: (subscriptionArn) => {
      const subscription = topics.subscription(subscriptionArn);
      if (subscription === undefined || subscription.status === 'deleted') return;
      if (subscription.status === 'confirmed' && subscription.protocol !== 'sqs')
        ask(subscription, 'UnsubscribeConfirmation');
      subscription.status = 'deleted';
      const topic = topics.topic(subscription.topicArn);
      if (topic !== undefined) topic.deleted += 1;
    },
  };
}

function newSubscription(input: SubscribeInput): Subscription {
  return {
    arn: `${input.topicArn}:${randomUUID()}`,
    topicArn: input.topicArn,
    protocol: input.protocol,
    endpoint: input.endpoint,
    tokens: new Map(),
    // A queue of the same account needs no handshake.
    status: input.protocol === 'sqs' ? 'confirmed' : 'pending',
    authenticateOnUnsubscribe: false,
    confirmationWasAuthenticated: false,
    rawDelivery: input.rawDelivery ?? false,
    policy: input.policy ?? null,
  };
}

function sameEndpoint(subscription: Subscription, input: SubscribeInput): boolean {
  return subscription.protocol === input.protocol && subscription.endpoint === input.endpoint;
}

function deliverEnvelope(courier: Courier, subscription: Subscription, envelope: Envelope): void {
  const { endpoint, policy } = subscription;
  const { headers, body } = snsRequest(envelope, subscription);
  void courier.deliver({ endpoint, headers, body, policy: policy ?? DEFAULT_RETRY_POLICY });
}

/** The request that SNS makes of a message: its headers, and the body as text. */
export function snsRequest(
  envelope: Envelope,
  subscription: { readonly arn: string; readonly rawDelivery?: boolean },
): { readonly headers: Record<string, string>; readonly body: string } {
  const type = String(envelope.Type);
  const raw = subscription.rawDelivery === true && type === 'Notification';
  const topicArn = String(envelope.TopicArn);
  const region = topicArn.split(':')[3] ?? '';
  const full =
    type === 'Notification' ? { ...envelope, UnsubscribeURL: unsubscribeUrl(region, subscription.arn) } : envelope;
  return {
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'accept-encoding': 'gzip,deflate',
      'x-amz-sns-message-type': type,
      'x-amz-sns-message-id': String(envelope.MessageId),
      'x-amz-sns-topic-arn': topicArn,
      ...(type === 'SubscriptionConfirmation' ? {} : { 'x-amz-sns-subscription-arn': subscription.arn }),
      ...(raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
    },
    body: raw ? String(envelope.Message) : JSON.stringify(full),
  };
}
