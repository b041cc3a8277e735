import { createHash } from 'node:crypto';
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
  return [
    alertFromCloudWatch(parseJson(notification.message), notification, receivedAt) ??
      plainAlert(notification, receivedAt),
  ];
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

function plainAlert({ topic, subject, message, publishedAt }: VerifiedNotification, receivedAt: number): Alert {
  const title = subject?.trim() || firstLine(message);
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
    url: null,
  };
}

function firstLine(message: string): string {
  return /\S[^\r\n]*/.exec(message)?.[0]?.trimEnd() ?? '';
}
