import type { SNSClient, Subscription } from '@aws-sdk/client-sns';
import { parseTopicArn } from '../../sources/aws-arn.ts';
import { awsRefusal } from './aws-refusal.ts';
import { type Finding, fine, warning, wrong } from './finding.ts';
import { checkSubscription } from './sns-subscription.ts';

const MAX_PAGES = 20;

export interface SnsChecks {
  readonly topicArns: readonly string[];
  /** The public address of our webhook, when it is known: else every subscription that ends in its path may be ours. */
  readonly webhook: string | null;
  /** The queue that messages are pulled from, which makes the webhook a choice. */
  readonly queueUrl: string | null;
}

/** Whether each topic reaches this webhook. Asks AWS with the credentials that Tocsin has, and changes nothing. */
export async function checkSns({ topicArns, webhook, queueUrl }: SnsChecks): Promise<Finding[]> {
  if (topicArns.length === 0) {
    return [
      warning('SNS_TOPIC_ARNS is empty: alarms from SNS are refused', 'List the topics that may speak to Tocsin.'),
    ];
  }
  const findings: Finding[] = [];
  for (const arn of topicArns) findings.push(...(await checkTopic(arn, webhook, queueUrl)));
  return findings;
}

async function checkTopic(arn: string, webhook: string | null, queueUrl: string | null): Promise<Finding[]> {
  const topic = parseTopicArn(arn);
  if (!topic)
    return [wrong(`${arn} is not a standard topic`, 'FIFO topics cannot post to a webhook: use a standard one.')];
  const { SNSClient } = await import('@aws-sdk/client-sns');
  const client = new SNSClient({
    region: topic.region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  try {
    const subscriptions = await subscriptionsOf(client, arn);
    const ours = subscriptions.filter((one) => isOurs(one, webhook));
    const isQueued = queueUrl !== null && subscriptions.some((one) => leadsTo(one, queueUrl));
    const queued = isQueued ? [fine(`${topic.name}: delivers to the queue`)] : [];
    if (isQueued && ours.length === 0) return queued;
    return [...queued, ...(await checkAll(client, topic.name, ours, webhook))];
  } catch (error) {
    return [awsRefusal(topic.name, error)];
  } finally {
    client.destroy();
  }
}

async function subscriptionsOf(client: SNSClient, arn: string): Promise<Subscription[]> {
  const { ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns');
  const found: Subscription[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn, NextToken: next }));
    found.push(...(answer.Subscriptions ?? []));
    next = answer.NextToken;
    if (!next) break;
  }
  return found;
}

function isOurs({ Protocol, Endpoint }: Subscription, webhook: string | null): boolean {
  if (Protocol !== 'https' && Protocol !== 'http') return false;
  return webhook === null ? Endpoint?.split('?')[0]?.endsWith('/webhooks/sns') === true : Endpoint === webhook;
}

/** By account and name: the address of a stand-in's queue tells no more. */
function leadsTo({ Protocol, Endpoint = '' }: Subscription, queueUrl: string): boolean {
  const [account, name] = queueUrl.split('/').slice(-2);
  return Protocol === 'sqs' && Endpoint.endsWith(`:${account}:${name}`);
}

async function checkAll(
  client: SNSClient,
  topic: string,
  ours: readonly Subscription[],
  webhook: string | null,
): Promise<Finding[]> {
  if (ours.length === 0) {
    return [
      wrong(
        `${topic}: no subscription ${webhook === null ? 'ends in /webhooks/sns' : 'has the address that --webhook names'}`,
        'Deploy deploy/sns-subscription.yaml, or subscribe the public https address of /webhooks/sns to the topic.',
      ),
    ];
  }
  const findings: Finding[] = [];
  const name = webhook === null ? 'a subscription that ends in /webhooks/sns' : 'the subscription of this webhook';
  for (const { SubscriptionArn: arn = '' } of ours)
    findings.push(...(await checkSubscription(client, { topic, name, arn })));
  return findings;
}
