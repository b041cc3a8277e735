import type { Topic } from './aws-arn.ts';
import { parseTopicArn } from './aws-arn.ts';
import { fieldsOf } from './foreign-fields.ts';
import { type NotificationEnvelope, parseEnvelope } from './sns-envelope.ts';
import { type RefusalCode, refuse } from './sns-refusal.ts';
import type { SnsVerifier, VerifiedMessage } from './sns-verifier.ts';
import type { QueueMessage } from './sqs-queue.ts';

/** What is known of the queue that a message lies in. */
export interface QueueTrust {
  /** Nobody but listed topics and event rules can put anything into it, see `isLimitedTo`. */
  readonly isLimited: boolean;
  /** Where it is, in the place of a topic; `null` when SQS has not told. */
  readonly place: Topic | null;
}

export type Reading =
  | { readonly kind: 'believed'; readonly message: VerifiedMessage }
  /** It cannot be told yet. */
  | { readonly kind: 'later'; readonly reason: string }
  | { readonly kind: 'forged'; readonly code: RefusalCode | 'unsigned'; readonly reason: string };

export interface ReadDeps {
  /** Without a limit of age: a message may have waited in the queue for days. */
  readonly verifier: SnsVerifier;
  readonly topics: ReadonlySet<string>;
}

const UNSIGNED = 'it carries no signature, and the policy of the queue does not limit who may send';

/**
 * Reads a message of a queue: what SNS wrapped and signed, or, where only listed sources can send, the bare message of SNS's raw
 * delivery or of an EventBridge rule. Throws what the verifier throws.
 */
export async function readQueueMessage(deps: ReadDeps, message: QueueMessage, trust: QueueTrust): Promise<Reading> {
  const body = Buffer.from(message.body);
  const parsed = isWrapped(message.body) ? parseEnvelope(body) : null;
  const envelope = parsed && !('ok' in parsed) ? parsed : null;
  if (trust.isLimited && trust.place) {
    if (envelope === null) return bare(message, trust.place);
    if (envelope.type === 'Notification') return unwrapped(envelope, deps.topics);
  }
  if (parsed === null) return { kind: 'forged', code: 'unsigned', reason: UNSIGNED };

  const verified = await deps.verifier.verify(body, {});
  if (verified.ok) return { kind: 'believed', message: verified.message };
  return verified.status === 503 ? { kind: 'later', reason: verified.reason } : forged(verified);
}

/** What is inside, where only listed topics can have put it. */
function unwrapped(
  { type, messageId, subject, message, topicArn, timestamp }: NotificationEnvelope,
  topics: ReadonlySet<string>,
): Reading {
  const topic = topics.has(topicArn) ? parseTopicArn(topicArn) : null;
  if (!topic) return forged(refuse('unknown_topic'));
  return {
    kind: 'believed',
    message: { type, messageId, topic, subject, message, publishedAt: Date.parse(timestamp) },
  };
}

/** As SNS wraps messages, whether or not it was SNS. */
function isWrapped(body: string): boolean {
  if (!body.trimStart().startsWith('{')) return false;
  try {
    const fields = fieldsOf(JSON.parse(body));
    return typeof fields?.TopicArn === 'string' && typeof fields.Message === 'string';
  } catch {
    return false;
  }
}

/** SQS's own id and time stand for those that the bare message lacks. */
function bare({ id, body, sentAt }: QueueMessage, place: Topic): Reading {
  const message = {
    type: 'Notification',
    messageId: `sqs:${id}`,
    topic: place,
    subject: null,
    message: body,
    publishedAt: Number.isFinite(sentAt) ? sentAt : 0,
  } as const;
  return { kind: 'believed', message };
}

function forged({ code, reason }: { readonly code: RefusalCode; readonly reason: string }): Reading {
  return { kind: 'forged', code, reason };
}

const QUEUE =
  /^arn:(?<partition>aws[a-z-]{0,10}):sqs:(?<region>[a-z0-9-]{1,32}):(?<account>\d{12}):(?<name>[\w.-]{1,80})$/;

/** The place that SQS's own name of a queue says, or `null`. */
export function placeOfQueue(arn: string | undefined): Topic | null {
  const groups = QUEUE.exec(arn ?? '')?.groups;
  if (!arn || !groups) return null;
  const { partition = '', region = '', account = '', name = '' } = groups;
  return { arn, partition, region, account, name };
}
