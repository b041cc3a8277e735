import type { SignatureVersion } from './envelopes.ts';
import type { FilterPolicy } from './filter-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';

export interface Topic {
  readonly arn: string;
  readonly name: string;
  displayName: string;
  signatureVersion: SignatureVersion;
  /** Subscriptions that somebody ended. */
  deleted: number;
}

/** Whom SNS delivers to: an address of the web, a queue, a mailbox, a telephone. */
export type Protocol = 'http' | 'https' | 'sqs' | 'email' | 'sms';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Each confirms it; by the time (epoch ms) at which it was sent. */
  readonly tokens: Map<string, number>;
  status: 'pending' | 'confirmed' | 'deleted';
  /** Set when it was confirmed with `AuthenticateOnUnsubscribe`: an unsigned Unsubscribe is refused then. */
  authenticateOnUnsubscribe: boolean;
  confirmationWasAuthenticated: boolean;
  rawDelivery: boolean;
  policy: RetryPolicy | null;
  /** Which messages it gets; none is all. */
  filterPolicy?: FilterPolicy | null;
}

/** Topics and subscriptions of one account and region, in memory. */
export interface TopicStore {
  readonly account: string;
  readonly region: string;
  /** Makes the topic, or answers the one of that name. */
  create(name: string): Topic;
  topic(arn: string): Topic | undefined;
  topics(): readonly Topic[];
  add(subscription: Subscription): void;
  subscription(arn: string): Subscription | undefined;
  byToken(token: string): Subscription | undefined;
  /** Of one topic, without the deleted ones. */
  of(topicArn: string): readonly Subscription[];
}

export function createTopicStore(account: string, region: string): TopicStore {
  const topics = new Map<string, Topic>();
  const subscriptions = new Map<string, Subscription>();

  return {
    account,
    region,
    create: (name) => {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      const topic = topics.get(arn) ?? { arn, name, displayName: '', signatureVersion: '1', deleted: 0 };
      topics.set(arn, topic);
      return topic;
    },
    topic: (arn) => topics.get(arn),
    topics: () => [...topics.values()],
    add: (subscription) => void subscriptions.set(subscription.arn, subscription),
    subscription: (arn) => subscriptions.get(arn),
    byToken: (token) => [...subscriptions.values()].find((one) => one.tokens.has(token)),
    of: (topicArn) =>
      [...subscriptions.values()].filter((one) => one.topicArn === topicArn && one.status !== 'deleted'),
  };
}
