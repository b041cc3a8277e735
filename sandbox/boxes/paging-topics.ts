import type { Sns } from '../aws/sns.ts';
import type { Boxes } from './boxes.ts';
import { EXCHANGE_PATH } from './exchange.ts';

/** The topics by which somebody in particular is written to or called. */
export interface PagingTopics {
  readonly mail: string;
  readonly calls: string;
  /** For the operators of the bot. */
  readonly operators: string;
}

/** Makes the topics. */
export function createPagingTopics(sns: Sns): PagingTopics {
  const mail = sns.topics.create('tocsin-mail');
  mail.displayName = 'Tocsin';
  return {
    mail: mail.arn,
    calls: sns.topics.create('tocsin-calls').arn,
    operators: sns.topics.create('tocsin-operators').arn,
  };
}

/**
 * Subscribes everybody: each person's mailbox and the telephone exchange hear only what names the person. The last one looks after the bot and hears
 * what is wrong with it.
 */
export function subscribePeople(sns: Sns, topics: PagingTopics, { people }: Boxes, url: string): void {
  const operator = people.at(-1);
  if (operator !== undefined)
    sns.subscribe({ topicArn: topics.operators, protocol: 'email', endpoint: operator.address, isAgreed: true });
  for (const { id, address } of people) {
    sns.subscribe({
      ...{ topicArn: topics.mail, protocol: 'email', endpoint: address },
      filterPolicy: { person: [id] },
      isAgreed: true,
    });
  }
  sns.subscribe({
    ...{ topicArn: topics.calls, protocol: 'http', endpoint: `${url}${EXCHANGE_PATH}` },
    filterPolicy: { person: people.map(({ id }) => id) },
  });
}
