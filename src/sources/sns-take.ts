import type { BaseLogger } from 'pino';
import { kindOf } from '../app/errors.ts';
import type { Alert } from '../domain/alert.ts';
import type { Change } from '../domain/change.ts';
import { newsFromNotification } from './sns-message.ts';
import type {
  VerifiedConfirmation,
  VerifiedMessage,
  VerifiedNotification,
  VerifiedUnsubscription,
} from './sns-verifier.ts';

export interface TakeDeps {
  /** Makes the alerts durable before it resolves. `known`: this message was stored before. */
  readonly accept: (messageId: string, alerts: readonly Alert[]) => Promise<'stored' | 'known'>;
  /** Makes changes durable before it resolves; those that are known stay as they are. */
  readonly record: (changes: readonly Change[]) => Promise<void>;
  /** Throws TransientError when a retry may help and SetupError when a person has to. */
  readonly confirm: (request: VerifiedConfirmation) => Promise<void>;
  /** Resolves when the text is on its durable way to the people who run Tocsin. Plain text. */
  readonly notifyOperators: (text: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
}

/** What became of a message that is believed. */
export type Taken = 'stored' | 'known' | 'confirmed' | 'not_confirmed' | 'unsubscribed';

/**
 * Takes a message of SNS, whichever way it came: posted to the webhook or pulled from a queue. Once it resolves, the sender may
 * forget the message. Throws what `accept`, `confirm` and `notifyOperators` throw.
 */
export async function takeSns(deps: TakeDeps, message: VerifiedMessage): Promise<Taken> {
  switch (message.type) {
    case 'Notification':
      return takeNotification(deps, message);
    case 'SubscriptionConfirmation':
      return takeConfirmation(deps, message);
    case 'UnsubscribeConfirmation':
      return takeUnsubscription(deps, message);
  }
}

/** Changes first: they are known by their own ids, so a message that fails between the two may come again as a whole. */
async function takeNotification({ accept, record, now }: TakeDeps, message: VerifiedNotification): Promise<Taken> {
  const { alerts, changes } = newsFromNotification(message, now());
  if (changes.length > 0) await record(changes);
  return alerts.length > 0 ? accept(message.messageId, alerts) : 'stored';
}

/**
 * What only a person can mend is told to the operators and counts as taken: SNS would repeat the request a few times within
 * the minute, which mends nothing, while subscribing again brings a fresh one at any time. No alarm waits behind it.
 */
async function takeConfirmation(deps: TakeDeps, request: VerifiedConfirmation): Promise<Taken> {
  try {
    await deps.confirm(request);
  } catch (error) {
    if (kindOf(error) !== 'setup' || !(error instanceof Error)) throw error;
    deps.log.error({ err: error, topic: request.topic.arn }, 'an SNS subscription could not be confirmed');
    await deps.notifyOperators(error.message);
    return 'not_confirmed';
  }
  deps.log.info({ topic: request.topic.arn }, 'an SNS subscription was confirmed');
  return 'confirmed';
}

/** Somebody or something ended the delivery of alarms. Undoing it by itself would fight a person who meant it. */
async function takeUnsubscription(deps: TakeDeps, { topic }: VerifiedUnsubscription): Promise<Taken> {
  deps.log.warn({ topic: topic.arn }, 'an SNS subscription was removed');
  await deps.notifyOperators(
    `Alarms of the SNS topic ${topic.arn} no longer reach Tocsin: the subscription was removed. If nobody meant this, ` +
      `subscribe again: aws sns subscribe --region ${topic.region} --topic-arn ${topic.arn} --protocol https ` +
      '--notification-endpoint <the address of /webhooks/sns here>',
  );
  return 'unsubscribed';
}
