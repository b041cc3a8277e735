import type { FastifyInstance } from 'fastify';
import type { Act, ActResult } from '../api.ts';
import type { AwsOptions } from '../aws/aws.ts';
import { createPublishFaults } from '../aws/publish-faults.ts';
import type { Sns } from '../aws/sns.ts';
import type { Faults } from '../systems/faults.ts';
import type { Boxes } from './boxes.ts';
import { exchangeRoutes } from './exchange.ts';
import { publishFaults } from './paging-faults.ts';
import type { PagingTopics } from './paging-topics.ts';
import { createPagingTopics, subscribePeople } from './paging-topics.ts';

/** How AWS and the telephones and mailboxes reach each other. */
export interface PagingAws {
  /** What AWS is made with. */
  readonly options: Pick<AwsOptions, 'toPhone' | 'toMailbox' | 'publishFaults'>;
  /** Makes the topics by which people are reached. Call it once, before the routes are added. */
  addTopics(sns: Sns): PagingTopics;
  /** Subscribes everybody; `url` is where the sandbox listens, without a slash at the end. */
  subscribe(url: string): void;
  /** Of the telephone exchange. */
  routes(app: FastifyInstance): Promise<void>;
  isOptedOut(number: string): boolean;
  /** As a carrier understands an answer: STOP ends all messages of the sender, START brings them back. */
  textBack(act: Extract<Act, { type: 'text-back' }>): ActResult;
  onChange(listener: () => void): () => void;
}

export function createPagingAws(boxes: Boxes, faults: Faults): PagingAws {
  let joined: { readonly sns: Sns; readonly topics: PagingTopics } | null = null;
  const listeners = new Set<() => void>();
  return {
    options: {
      toPhone: ({ number, ...sms }) => boxes.text(number, sms),
      toMailbox: ({ to, ...mail }) => boxes.mail(to, mail),
      publishFaults: createPublishFaults(() => (joined === null ? [] : publishFaults(faults, joined.topics))),
    },
    addTopics: (sns) => {
      const topics = createPagingTopics(sns);
      joined = { sns, topics };
      return topics;
    },
    subscribe: (url) => {
      if (joined !== null) subscribePeople(joined.sns, joined.topics, boxes, url);
    },
    routes: async (app) => {
      if (joined !== null) await app.register(exchangeRoutes(boxes, joined.sns, joined.topics.calls));
    },
    isOptedOut: (number) => joined?.sns.sms.optedOut().includes(number) === true,
    textBack: ({ person, word }) => {
      const number = boxes.people.find(({ id }) => id === person)?.number;
      if (number === undefined || joined === null) return { ok: false, error: 'Nobody here has that phone.' };
      if (word === 'STOP') joined.sns.sms.optOut(number);
      else joined.sns.sms.optIn(number);
      for (const listener of listeners) listener();
      return { ok: true };
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
