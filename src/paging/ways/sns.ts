import type { Logger } from 'pino';
import type { PageSender, Sent } from '../../app/page-way.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { resolved, type Variables, variablesIn } from '../../config/variables.ts';
import type { PageWay } from '../../domain/page.ts';
import { parseTopicArn } from '../../sources/aws-arn.ts';
import { type CardLink, linkOf } from './card-link.ts';
import { mailText } from './mail-text.ts';
import { outcome, sent, unusable } from './outcome.ts';
import { attributesOf, publishTo } from './publish.ts';
import { incidentsOf, type Notices } from './words.ts';

export interface SnsDeps {
  readonly aws: AwsClients;
  readonly variables: Variables;
  readonly permalink: CardLink;
  readonly log: Pick<Logger, 'error'>;
}

/** A message to the topic that a policy names. Who subscribes to it is told, whoever is on call. */
export function createSnsWay({ aws, variables, permalink, log }: SnsDeps): PageSender {
  const send = async (way: PageWay, notices: Notices): Promise<Sent> => {
    const to = addressOf(way);
    const arn = resolved(to, variables);
    if (arn === null) return unusable(`${variablesIn(to).join(', ')} is not set`);
    const topic = parseTopicArn(arn);
    if (topic === null) return unusable(`${variablesIn(to)[0] ?? 'what the policy names'} is no standard SNS topic`);
    const message = mailText(notices, await linkOf(permalink, incidentsOf(notices)[0]));
    await publishTo(aws, topic, { message, notices, attributes: attributesOf(notices) });
    return sent();
  };
  return { send: (way, notices) => outcome(log, () => send(way, notices)) };
}

/** What a way names as its receiver; empty for one that names none. */
export function addressOf(way: PageWay): string {
  return 'to' in way ? way.to : '';
}
