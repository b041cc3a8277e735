import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { alertFromCloudWatch } from './cloudwatch-alarm.ts';
import { newsFromEvent } from './eventbridge.ts';
import { oneLine } from './foreign-text.ts';
import { hashOf } from './key-part.ts';
import type { News } from './news.ts';
import type { VerifiedNotification } from './sns-verifier.ts';

const MAX_NAME = 255;
const MAX_REASON = 1024;

/**
 * What a notification says. It never throws and never answers with nothing where something may be wrong: what is neither a
 * CloudWatch alarm nor a known event becomes an alert with the message's own words, so that no publisher's cry is lost.
 */
export function newsFromNotification(notification: VerifiedNotification, receivedAt: number): News {
  const content = parseJson(notification.message);
  const event = newsFromEvent(content, notification, receivedAt);
  if (event) return event;
  const alert =
    alertFromCloudWatch(content, notification, receivedAt) ??
    plainAlert(notification, titleOf(notification, content), receivedAt);
  return { alerts: [alert], changes: [] };
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
  return {
    key: `sns:1:${topic.arn}:${hashOf(title)}`,
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
