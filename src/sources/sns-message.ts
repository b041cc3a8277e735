import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { alertFromCloudWatch } from './cloudwatch-alarm.ts';
import { oneLine } from './foreign-text.ts';
import type { VerifiedNotification } from './sns-verifier.ts';

const MAX_NAME = 255;
const MAX_REASON = 1024;

/**
 * What a notification says, as alerts. It never throws and never answers with nothing: what is not a CloudWatch alarm
 * becomes an alert with the message's own words, so that no publisher's cry is lost.
 */
export function alertsFromNotification(notification: VerifiedNotification, receivedAt: number): readonly Alert[] {
  const content = parseJson(notification.message);
  return [
    alertFromCloudWatch(content, notification, receivedAt) ??
      plainAlert(notification, titleOf(notification, content), receivedAt),
  ];
}

/** What an EventBridge event is about: its text starts with an id and a time, so each would be a condition of its own. */
const EventBridgeEvent = z.object({ 'detail-type': z.string(), resources: z.array(z.string()).catch([]) });

function titleOf({ subject, message }: VerifiedNotification, content: unknown): string {
  const event = EventBridgeEvent.safeParse(content).data;
  const words = event && [event['detail-type'], ...event.resources].join(' ');
  return subject?.trim() || words?.trim() || firstLine(message);
}

/** Null for what is not JSON. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return null; // prose is not worth an exception
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function plainAlert(notification: VerifiedNotification, title: string, receivedAt: number): Alert {
  const { topic, message, publishedAt } = notification;
  const hash = createHash('sha256').update(title).digest('hex').slice(0, 32);
  return {
    key: `sns:1:${topic.arn}:${hash}`,
    source: 'sns',
    name: oneLine(title, MAX_NAME) || `(empty message on ${topic.name})`,
    state: 'firing',
    changedAt: publishedAt,
    receivedAt,
    reason: oneLine(message, MAX_REASON),
    description: null,
    account: topic.account,
    region: topic.region,
    measurement: null,
    children: [],
    labels: {},
    annotations: {},
    isReport: false,
    repeats: false,
    url: null,
  };
}

function firstLine(message: string): string {
  return /\S[^\r\n]*/.exec(message)?.[0]?.trimEnd() ?? '';
}
