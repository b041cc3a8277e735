import { randomBytes, randomUUID } from 'node:crypto';
import { invalidParameter, notFound } from './aws-error.ts';
import type { SigningIdentity } from './certificate.ts';
import type { Courier, CourierOptions } from './delivery.ts';
import { createCourier } from './delivery.ts';
import type { Envelope, NotificationFields, SnsSigner } from './envelopes.ts';
import { createSnsSigner, unsubscribeUrl } from './envelopes.ts';
import type { FilterPolicy } from './filter-policy.ts';
import { passes } from './filter-policy.ts';
import type { PublishFaults } from './publish-faults.ts';
import { createPublishFaults } from './publish-faults.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { DEFAULT_RETRY_POLICY } from './retry-policy.ts';
import type { Sms, SmsService } from './sms.ts';
import { createSmsService } from './sms.ts';
import type { Email } from './sns-email.ts';
import { emailOf } from './sns-email.ts';
import type { Protocol, Subscription, TopicStore } from './topics.ts';
import { createTopicStore } from './topics.ts';

export interface SnsOptions {
  readonly account: string;
  readonly identity: SigningIdentity;
  readonly now: () => number;
  readonly delivery?: CourierOptions;
  /** Puts a message into a queue; false when it may not, and the message is lost, as with SNS. */
  readonly toQueue: (queueArn: string, topicArn: string, body: string) => boolean;
  /** Whoever carries text messages and e-mails; without one they are lost. */
  readonly toPhone?: (sms: Sms) => void;
  readonly toMailbox?: (email: Email) => void;
  readonly faults?: PublishFaults;
}

export interface SubscribeInput {
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly rawDelivery?: boolean;
  readonly policy?: RetryPolicy | null;
  readonly filterPolicy?: FilterPolicy | null;
  /** The owner of a mailbox has agreed already, and is not asked. */
  readonly isAgreed?: boolean;
}

/** A message before it is signed. Subscribers of a protocol in `byProtocol` get that text instead. */
export interface Publication extends Pick<NotificationFields, 'subject' | 'message' | 'attributes'> {
  readonly byProtocol?: Readonly<Partial<Record<Protocol, string>>>;
}

/** What SNS does, without its wire format. Throws `AwsError` where SNS says no. */
export interface Sns {
  readonly topics: TopicStore;
  readonly sms: SmsService;
  readonly faults: PublishFaults;
  /** Asks the endpoint to confirm; a pending subscription is asked again, with a new token. */
  subscribe(input: SubscribeInput): Subscription;
  confirm(
    topicArn: string,
    token: string,
    options: { authenticated: boolean; authenticateOnUnsubscribe: boolean },
  ): Subscription;
  /** Ends it and tells the endpoint, with a token that brings it back. */
  unsubscribe(subscriptionArn: string): void;
  /** Signs once and delivers to every confirmed subscriber whose filter it passes; answers the message id at once. */
  publish(topicArn: string, message: Publication): string;
  /** Delivers a published message once more, as SNS may: same id, same time, same signature. False when it is forgotten. */
  redeliver(messageId: string): boolean;
  close(): Promise<void>;
}

const TOKEN_LIFE_MS = 2 * 86_400_000;
/** How many published messages can be delivered again. */
const REMEMBERED = 2000;

/** How a message looks to one protocol, signed. */
interface Published {
  readonly attributes: NonNullable<Publication['attributes']>;
  readonly envelopeFor: (protocol: Protocol) => Envelope;
}

export function createSns(options: SnsOptions): Sns {
  const { identity, now } = options;
  const topics = createTopicStore(options.account, identity.region);
  const signer = createSnsSigner(identity);
  const courier = createCourier(options.delivery);
  const sms = createSmsService(options.toPhone ?? (() => undefined));
  const published = new Map<string, { readonly topicArn: string } & Published>();
  const hand = createHandOver({ ...options, topics, courier, sms });

  const fanOut = (topicArn: string, { attributes, envelopeFor }: Published): void => {
    for (const subscription of topics.of(topicArn)) {
      const { status, filterPolicy, protocol } = subscription;
      if (status !== 'confirmed' || (filterPolicy && !passes(filterPolicy, attributes))) continue;
      hand(subscription, envelopeFor(protocol));
    }
  };

  const publish: Sns['publish'] = (topicArn, { byProtocol = {}, ...message }) => {
    const topic = topics.topic(topicArn);
    if (topic === undefined) throw notFound('Topic does not exist');
    const fields = { ...message, messageId: randomUUID(), topicArn, publishedAt: now() };
    const sign = (text: string): Envelope => signer.notification({ ...fields, message: text }, topic.signatureVersion);
    const own = Object.entries(byProtocol).map(([protocol, text]): [string, Envelope] => [protocol, sign(text)]);
    const [envelopes, others] = [new Map(own), sign(message.message)];
    const envelopeFor = (protocol: Protocol): Envelope => envelopes.get(protocol) ?? others;
    const one = { topicArn, attributes: message.attributes ?? {}, envelopeFor };
    published.set(fields.messageId, one);
    const oldest = published.keys().next().value;
    if (published.size > REMEMBERED && oldest !== undefined) published.delete(oldest);
    fanOut(topicArn, one);
    return fields.messageId;
  };

  return {
    topics,
    sms,
    faults: options.faults ?? createPublishFaults(),
    publish,
    ...subscriptionActions(topics, signer, hand, now),
    redeliver: (messageId) => {
      const one = published.get(messageId);
      if (one !== undefined) fanOut(one.topicArn, one);
      return one !== undefined;
    },
    close: () => courier.close(),
  };
}

/** Gives a message to one subscriber in the way of its protocol. */
type HandOver = (subscription: Subscription, envelope: Envelope) => void;

interface HandOverParts extends Pick<SnsOptions, 'toQueue' | 'toMailbox'> {
  readonly topics: TopicStore;
  readonly courier: Courier;
  readonly sms: SmsService;
}

function createHandOver({ topics, courier, sms, toQueue, toMailbox }: HandOverParts): HandOver {
  return (subscription, envelope) => {
    const { topicArn, endpoint, protocol, arn } = subscription;
    const displayName = topics.topic(topicArn)?.displayName ?? '';
    if (protocol === 'sqs') toQueue(endpoint, topicArn, snsRequest(envelope, subscription).body);
    else if (protocol === 'email')
      toMailbox?.(emailOf(envelope, { arn, endpoint, displayName, region: topics.region }));
    else if (protocol === 'sms') sms.send(endpoint, smsText(displayName, String(envelope.Message)));
    else deliverEnvelope(courier, subscription, envelope);
  };
}

/** A topic's text messages begin with its name for people, and are cut where a telephone's patience ends. */
function smsText(displayName: string, message: string): string {
  return `${displayName === '' ? '' : `${displayName}> `}${message}`.slice(0, 1600);
}

function subscriptionActions(
  topics: TopicStore,
  signer: SnsSigner,
  hand: HandOver,
  now: () => number,
): Pick<Sns, 'subscribe' | 'confirm' | 'unsubscribe'> {
  const ask = (subscription: Subscription, type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'): void => {
    const token = randomBytes(128).toString('hex');
    subscription.tokens.set(token, now());
    const { topicArn, arn } = subscription;
    const fields = { type, messageId: randomUUID(), topicArn, subscriptionArn: arn, token, publishedAt: now() };
    const envelope = signer.handshake(fields, topics.topic(topicArn)?.signatureVersion);
    hand(subscription, envelope);
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
      if (subscription.status === 'confirmed' && subscription.protocol !== 'sqs' && subscription.protocol !== 'sms')
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
    // A queue of the same account and a telephone need no handshake.
    status: input.isAgreed === true || ['sqs', 'sms'].includes(input.protocol) ? 'confirmed' : 'pending',
    authenticateOnUnsubscribe: false,
    confirmationWasAuthenticated: false,
    rawDelivery: input.rawDelivery ?? false,
    policy: input.policy ?? null,
    filterPolicy: input.filterPolicy ?? null,
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
