import type { PageSender } from '../../app/page-way.ts';
import { createTopicWay, type TopicWay } from './by-topic.ts';
import { type CardLink, linkOf } from './card-link.ts';
import { mailText } from './mail-text.ts';
import { incidentsOf } from './words.ts';

export interface MailDeps extends Pick<TopicWay, 'topicArn' | 'aws' | 'log'> {
  readonly permalink: CardLink;
}

/** E-mail by the topic of `MAIL_TOPIC_ARN`. */
export function createMailWay({ topicArn, aws, log, permalink }: MailDeps): PageSender {
  return createTopicWay({
    ...{ kind: 'mail', setting: 'MAIL_TOPIC_ARN', topicArn, aws, log },
    text: async (notices) => mailText(notices, await linkOf(permalink, incidentsOf(notices)[0])),
  });
}
