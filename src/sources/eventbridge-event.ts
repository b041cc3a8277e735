import { type Fields, fieldsOf, textOf } from './foreign-fields.ts';
import { timeUntil } from './foreign-time.ts';
import type { VerifiedNotification } from './sns-verifier.ts';

/** How an event came: what is believed of it without asking the event itself. */
export type Delivery = Pick<VerifiedNotification, 'topic' | 'publishedAt'>;

/** The envelope that every event of EventBridge has. */
export interface BridgeEvent {
  /** Which shape `detail` has: `SageMaker Endpoint State Change`. */
  readonly detailType: string;
  readonly detail: Fields;
  readonly resources: readonly string[];
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** When EventBridge got it, epoch ms. Events come late, twice and in any order. */
  readonly at: number;
  /** When it reached SNS, epoch ms: nothing in it can be later. */
  readonly publishedAt: number;
}

/**
 * Null for what is no event. Account and region are read from the event, whose rule may forward from elsewhere, else those of
 * the topic. `time` may be a number of milliseconds in text, `source` a list: neither decides anything.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function readEvent(content: unknown, { topic, publishedAt }: Delivery): BridgeEvent | null {
  const event = fieldsOf(content);
  const detailType = textOf(event?.['detail-type']);
  const detail = fieldsOf(event?.detail);
  if (!event || !detailType || !detail) return null;
  const account = textOf(event.account) ?? '';
  const region = textOf(event.region) ?? '';
  return {
    detailType,
    detail,
    resources: Array.isArray(event.resources) ? event.resources.filter((one) => typeof one === 'string') : [],
    partition: topic.partition,
    account: /^\d{12}$/.test(account) ? account : topic.account,
    region: /^[a-z0-9-]{1,32}$/.test(region) ? region : topic.region,
    at: timeUntil(event.time, publishedAt) ?? publishedAt,
    publishedAt,
  };
}

/** The newest of the times that a detail tells of itself, else that of the event. */
export function changedAtOf({ detail, at, publishedAt }: BridgeEvent, ...fields: readonly string[]): number {
  for (const field of fields) {
    const time = timeUntil(detail[field], publishedAt);
    if (time !== null) return time;
  }
  return at;
}
