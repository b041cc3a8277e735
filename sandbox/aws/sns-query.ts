import { AwsError, invalidParameter, notFound } from './aws-error.ts';
import type { FilterPolicy } from './filter-policy.ts';
import { parseFilterPolicy } from './filter-policy.ts';
import type { XmlValue } from './query-xml.ts';
import { renderMap } from './query-xml.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { DEFAULT_RETRY_POLICY, parseDeliveryPolicy } from './retry-policy.ts';
import { SMS_ACTIONS } from './sms-query.ts';
import type { Sns } from './sns.ts';
import { publish } from './sns-publish.ts';
import type { Protocol, Subscription, Topic } from './topics.ts';

export const SNS_NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** One call of the Query protocol. `signed` says whether it carried AWS credentials; whose they are is not checked. */
export interface QueryCall {
  readonly params: URLSearchParams;
  readonly signed: boolean;
}

export type QueryAction = (sns: Sns, call: QueryCall) => XmlValue | null;

/** Whatever else SNS has would be ignored here, which is worse than refused. */
const SUBSCRIPTION_ATTRIBUTES = new Set(['DeliveryPolicy', 'RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope']);
/** The only actions that SNS lets anybody call: they carry their own proof, or are judged by the subscription. */
const OPEN_TO_ANYBODY = new Set(['ConfirmSubscription', 'Unsubscribe']);

const ACTIONS: Readonly<Record<string, QueryAction>> = {
  CreateTopic: (sns, { params }) => {
    const name = params.get('Name') ?? '';
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const topic = sns.topics.create(name);
    setTopicAttributes(topic, entries(params, 'Attributes.entry'));
    return { TopicArn: topic.arn };
  },
  ListTopics: (sns) => ({ Topics: sns.topics.topics().map(({ arn }) => ({ TopicArn: arn })) }),
  GetTopicAttributes: (sns, { params }) => ({ Attributes: renderMap(topicAttributes(sns, topicOf(sns, params))) }),
  SetTopicAttributes: (sns, { params }) => {
    const attribute = { [params.get('AttributeName') ?? '']: params.get('AttributeValue') ?? '' };
    setTopicAttributes(topicOf(sns, params), attribute);
    return null;
  },
  Subscribe: subscribe,
  ConfirmSubscription: (sns, { params, signed }) => {
    const authenticateOnUnsubscribe = params.get('AuthenticateOnUnsubscribe') === 'true';
    if (authenticateOnUnsubscribe && !signed) throw notAuthorized('SNS:ConfirmSubscription', params.get('TopicArn'));
    const options = { authenticated: signed, authenticateOnUnsubscribe };
    const topicArn = topicOf(sns, params).arn;
    return { SubscriptionArn: sns.confirm(topicArn, params.get('Token') ?? '', options).arn };
  },
  Unsubscribe: (sns, { params, signed }) => {
    const arn = params.get('SubscriptionArn') ?? '';
    if (arn.split(':').length !== 7)
      throw invalidParameter('SubscriptionArn Reason: An ARN must have at least 6 elements');
    const closed = sns.topics.subscription(arn)?.authenticateOnUnsubscribe === true;
    if (closed && !signed) throw notAuthorized('SNS:Unsubscribe', arn);
    sns.unsubscribe(arn);
    return null;
  },
  ListSubscriptionsByTopic: (sns, { params }) => {
    const found = sns.topics.of(topicOf(sns, params).arn);
    return { Subscriptions: found.map((one) => listedSubscription(sns, one)) };
  },
  GetSubscriptionAttributes: (sns, { params }) => {
    const attributes = subscriptionAttributes(sns, subscriptionOf(sns, params));
    return { Attributes: renderMap(attributes) };
  },
  SetSubscriptionAttributes: (sns, { params }) => {
    const subscription = subscriptionOf(sns, params);
    const value = params.get('AttributeValue') ?? '';
    const name = params.get('AttributeName');
    if (name === 'RawMessageDelivery') subscription.rawDelivery = value === 'true';
    else if (name === 'DeliveryPolicy') subscription.policy = deliveryPolicy(value);
    else if (name === 'FilterPolicy') subscription.filterPolicy = filterPolicy(value);
    else if (name === 'FilterPolicyScope') checkScope(value);
    else throw invalidParameter('AttributeName');
    return null;
  },
  Publish: (sns, { params }) => publish(sns, params, (arn) => topicByArn(sns, arn, 'SNS:Publish')),
  ...SMS_ACTIONS,
};

/**
 * Answers one SNS call.
 * @throws AwsError as SNS would say no: InvalidParameter, NotFound, AuthorizationError, InvalidAction, MissingAuthenticationToken
 */
export function answerSns(sns: Sns, action: string, call: QueryCall): XmlValue | null {
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run === undefined) {
    throw new AwsError('InvalidAction', 400, `Could not find operation ${action} for version 2010-03-31`);
  }
  if (!call.signed && !OPEN_TO_ANYBODY.has(action)) {
    throw new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  return run(sns, call);
}

/** What an endpoint of each protocol looks like, and how SNS says that one does not. */
const ENDPOINTS: Readonly<Record<Protocol, readonly [fits: (endpoint: string) => boolean, refusal: string]>> = {
  http: [(endpoint) => isUrl(endpoint, 'http'), 'Endpoint must match the specified protocol'],
  https: [(endpoint) => isUrl(endpoint, 'https'), 'Endpoint must match the specified protocol'],
  sqs: [(endpoint) => endpoint.startsWith('arn:aws:sqs:'), 'SQS endpoint ARN'],
  email: [(endpoint) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(endpoint), 'Email address'],
  sms: [(endpoint) => /^\+[1-9]\d{1,14}$/.test(endpoint), 'Invalid SMS endpoint'],
};

function subscribe(sns: Sns, { params }: QueryCall): XmlValue {
  const topicArn = topicOf(sns, params).arn;
  const protocol = protocolOf(params.get('Protocol'));
  const endpoint = params.get('Endpoint') ?? '';
  const [fits, refusal] = ENDPOINTS[protocol];
  if (!fits(endpoint)) throw invalidParameter(refusal);
  const attributes = entries(params, 'Attributes.entry');
  const foreign = Object.keys(attributes).find((name) => !SUBSCRIPTION_ATTRIBUTES.has(name));
  if (foreign !== undefined) throw invalidParameter(`Attributes Reason: ${foreign} is not offered here`);
  const { DeliveryPolicy: policy, FilterPolicy: filter, FilterPolicyScope: scope } = attributes;
  if (scope !== undefined) checkScope(scope);
  const subscription = sns.subscribe({
    topicArn,
    protocol,
    endpoint,
    rawDelivery: attributes.RawMessageDelivery === 'true',
    policy: policy === undefined ? null : deliveryPolicy(policy),
    filterPolicy: filter === undefined ? null : filterPolicy(filter),
  });
  const shown = subscription.status === 'confirmed' || params.get('ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: shown ? subscription.arn : 'pending confirmation' };
}

function protocolOf(name: string | null): Protocol {
  if (name === 'http' || name === 'https' || name === 'sqs' || name === 'email' || name === 'sms') return name;
  throw invalidParameter(`Does not support this protocol string: ${name}`);
}

function isUrl(endpoint: string, protocol: string): boolean {
  return URL.canParse(endpoint) && endpoint.startsWith(`${protocol}://`);
}

/** An empty policy, `{}`, takes the filter away. */
function filterPolicy(json: string): FilterPolicy | null {
  const policy = parseFilterPolicy(json);
  if (typeof policy === 'string') throw invalidParameter(policy);
  return Object.keys(policy).length === 0 ? null : policy;
}

function checkScope(scope: string): void {
  if (scope !== 'MessageAttributes')
    throw invalidParameter('FilterPolicyScope Reason: only MessageAttributes is offered here');
}

function entries(params: URLSearchParams, prefix: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let i = 1; params.has(`${prefix}.${i}.key`); i += 1) {
    found[params.get(`${prefix}.${i}.key`) ?? ''] = params.get(`${prefix}.${i}.value`) ?? '';
  }
  return found;
}

function topicOf(sns: Sns, params: URLSearchParams): Topic {
  return topicByArn(sns, params.get('TopicArn') ?? '', `SNS:${params.get('Action') ?? ''}`);
}

function topicByArn(sns: Sns, arn: string, action: string): Topic {
  const parts = arn.split(':');
  if (parts.length < 6) throw invalidParameter('TopicArn Reason: An ARN must have at least 6 elements, not 1');
  if (parts.length > 6 || parts[3] !== sns.topics.region) throw invalidParameter('TopicArn');
  if (parts[4] !== sns.topics.account) throw notAuthorized(action, arn);
  const topic = sns.topics.topic(arn);
  if (topic === undefined) throw notFound('Topic does not exist');
  return topic;
}

function subscriptionOf(sns: Sns, params: URLSearchParams): Subscription {
  const found = sns.topics.subscription(params.get('SubscriptionArn') ?? '');
  if (found === undefined || found.status === 'deleted') throw notFound('Subscription does not exist');
  return found;
}

function notAuthorized(action: string, resource: string | null): AwsError {
  const words = `User is not authorized to perform: ${action} on resource: ${resource ?? '*'}`;
  return new AwsError('AuthorizationError', 403, words);
}

function deliveryPolicy(json: string): RetryPolicy {
  const policy = parseDeliveryPolicy(json);
  if (policy === null) throw invalidParameter('DeliveryPolicy');
  return policy;
}

function setTopicAttributes(topic: Topic, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'DisplayName') topic.displayName = value;
    else if (name === 'SignatureVersion' && (value === '1' || value === '2')) topic.signatureVersion = value;
    else throw invalidParameter(name === 'SignatureVersion' ? 'SignatureVersion' : 'AttributeName');
  }
}

function topicAttributes(sns: Sns, topic: Topic): Readonly<Record<string, string | undefined>> {
  const subscriptions = sns.topics.of(topic.arn);
  const pending = subscriptions.filter((one) => one.status === 'pending').length;
  return {
    TopicArn: topic.arn,
    Owner: sns.topics.account,
    DisplayName: topic.displayName,
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: String(topic.deleted),
    EffectiveDeliveryPolicy: JSON.stringify({ http: { defaultHealthyRetryPolicy: DEFAULT_RETRY_POLICY } }),
    // SNS leaves it out while it is 1.
    SignatureVersion: topic.signatureVersion === '2' ? '2' : undefined,
  };
}

function listedSubscription(sns: Sns, subscription: Subscription): XmlValue {
  return {
    SubscriptionArn: subscription.status === 'pending' ? 'PendingConfirmation' : subscription.arn,
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: sns.topics.account,
  };
}

function subscriptionAttributes(sns: Sns, subscription: Subscription): Readonly<Record<string, string | undefined>> {
  const { policy, filterPolicy: filter } = subscription;
  return {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: sns.topics.account,
    PendingConfirmation: String(subscription.status === 'pending'),
    ConfirmationWasAuthenticated: String(subscription.confirmationWasAuthenticated),
    RawMessageDelivery: String(subscription.rawDelivery),
    FilterPolicy: filter ? JSON.stringify(filter) : undefined,
    FilterPolicyScope: filter ? 'MessageAttributes' : undefined,
    DeliveryPolicy: policy === null ? undefined : JSON.stringify({ healthyRetryPolicy: policy }),
    EffectiveDeliveryPolicy: JSON.stringify({ healthyRetryPolicy: policy ?? DEFAULT_RETRY_POLICY }),
  };
}
