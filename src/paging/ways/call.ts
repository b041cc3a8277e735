import type { PageSender } from '../../app/page-way.ts';
import { createTopicWay, type TopicWay } from './by-topic.ts';
import { spokenText } from './spoken.ts';

/** Phone calls by the topic of `CALL_TOPIC_ARN`: whoever subscribes to it rings the person and reads the message out. */
export function createCallWay({ topicArn, aws, log }: Pick<TopicWay, 'topicArn' | 'aws' | 'log'>): PageSender {
  return createTopicWay({
    ...{ kind: 'call', setting: 'CALL_TOPIC_ARN', topicArn, aws, log },
    text: async (notices) => spokenText(notices),
  });
}
