import type { Logger } from 'pino';
import type { PageSender, Sent } from '../../app/page-way.ts';
import type { AwsClients } from '../../aws/clients.ts';
import type { Actor } from '../../domain/incident.ts';
import { parseTopicArn, type Topic } from '../../sources/aws-arn.ts';
import { failed, outcome, type Reached, reachedAny, sent, unusable } from './outcome.ts';
import { attributesOf, publishTo } from './publish.ts';
import { incidentsOf, type Notices } from './words.ts';

export interface TopicWay {
  readonly kind: 'mail' | 'call';
  readonly setting: 'MAIL_TOPIC_ARN' | 'CALL_TOPIC_ARN';
  /** As `setting` has it; `null`: not set. */
  readonly topicArn: string | null;
  readonly aws: AwsClients;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** What the message says. */
  readonly text: (notices: Notices) => Promise<string>;
}

/** One message for each person to a topic, whose subscriptions filter on the attribute `person`. SNS does not tell who got it. */
export function createTopicWay({ kind, setting, topicArn, aws, log, text }: TopicWay): PageSender {
  const topic = topicArn === null ? null : parseTopicArn(topicArn);
  const sendTo = async (person: Actor, to: Topic, notices: Notices, message: string): Promise<Reached> => {
    try {
      await publishTo(aws, to, { message, notices, attributes: { person, ...attributesOf(notices) } });
      return { person, sent: sent() };
    } catch (error) {
      return { person, sent: failed(log, error) };
    }
  };

  const sendToAll = async (notices: Notices, people: readonly Actor[]): Promise<Sent> => {
    if (topicArn === null) return unusable(`${setting} is not set`);
    if (topic === null) return unusable(`${setting} is no standard SNS topic`);
    if (people.length === 0) return unusable('there is nobody in particular behind it');
    const message = await text(notices);
    const [first, ...others] = await Promise.all(people.map((person) => sendTo(person, topic, notices, message)));
    if (first === undefined) return sent(); // people is not empty
    return reachedAny([first, ...others], log, { way: kind, incidents: incidentsOf(notices).map(({ id }) => id) });
  };

  return { send: (_way, notices, { people }) => outcome(log, () => sendToAll(notices, people)) };
}
