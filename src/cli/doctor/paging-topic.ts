import type { SNSClient, Subscription } from '@aws-sdk/client-sns';
import { kindOf } from '../../app/errors.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { askAws } from '../../aws/errors.ts';
import type { Topic } from '../../sources/aws-arn.ts';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

export interface PagingTopic {
  readonly setting: string;
  readonly topic: Topic;
  /** Each subscription is somebody's mailbox, so that it must filter on the person. */
  readonly isPersonal: boolean;
}

const MAX_PAGES = 20;
/** Attributes are asked for one by one. */
const MOST_LOOKED_AT = 50;

/** Whether anybody hears what is published to a topic, and of mailboxes whether each hears its owner's pages alone. */
export async function checkPagingTopic(
  aws: AwsClients,
  { setting, topic, isPersonal }: PagingTopic,
): Promise<Finding[]> {
  const client = await aws.sns(topic.region);
  try {
    const all = await subscriptionsOf(client, topic);
    const confirmed = all.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
    const pending = all.length - confirmed.length;
    return [
      confirmed.length === 0
        ? wrong(`${setting}: nobody is subscribed to ${topic.name}, so nobody is reached by it`, SUBSCRIBE)
        : fine(`${setting}: ${counted(confirmed.length)} to ${topic.name}`),
      ...(pending === 0 ? [] : [warning(`${setting}: ${counted(pending)} to ${topic.name} not confirmed`, CONFIRM)]),
      ...(isPersonal ? await unfiltered(client, topic, setting, confirmed) : []),
    ];
  } catch (error) {
    return [refused(setting, topic, error)];
  }
}

const SUBSCRIBE = 'docs/paging.md has the commands to subscribe people.';
const CONFIRM = 'The link is in the message that AWS has sent to them; it is good for two days.';

function counted(count: number): string {
  return count === 1 ? '1 subscription' : `${count} subscriptions`;
}

async function subscriptionsOf(client: SNSClient, { arn, region }: Topic): Promise<Subscription[]> {
  const { ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns');
  const found: Subscription[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn: arn, NextToken: next });
    const answer = await askAws({ permission: 'sns:ListSubscriptionsByTopic', region }, () => client.send(command));
    found.push(...(answer.Subscriptions ?? []));
    next = answer.NextToken;
    if (!next) break;
  }
  return found;
}

/** No address is named: it is somebody's. */
async function unfiltered(
  client: SNSClient,
  { region, name }: Topic,
  setting: string,
  confirmed: readonly Subscription[],
): Promise<Finding[]> {
  const { GetSubscriptionAttributesCommand } = await import('@aws-sdk/client-sns');
  let count = 0;
  for (const { SubscriptionArn, Protocol } of confirmed.slice(0, MOST_LOOKED_AT)) {
    if (Protocol !== 'email' && Protocol !== 'email-json' && Protocol !== 'sms') continue; // a program can choose by itself
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
    const { Attributes } = await askAws({ permission: 'sns:GetSubscriptionAttributes', region }, () =>
      client.send(command),
    );
    if (!Attributes?.FilterPolicy?.includes('"person"')) count += 1;
  }
  if (count === 0) return [];
  const what = `${setting}: ${counted(count)} to ${name} without a filter on person: whoever that is gets the pages of everybody`;
  return [
    warning(what, 'Set its FilterPolicy to {"person": ["U…"]}, the Slack user id; docs/paging.md has the command.'),
  ];
}

function refused(setting: string, { name }: Topic, error: unknown): Finding {
  const kind = kindOf(error);
  if (kind === 'bug' || !(error instanceof Error)) throw error;
  const isGone = error.cause instanceof Error && error.cause.message.startsWith('NotFound');
  return isGone
    ? wrong(`${setting}: there is no topic ${name} in its account and region`, `Correct ${setting}, or create it.`)
    : unknown(`who is subscribed to ${name} (${setting})`, error.message);
}
