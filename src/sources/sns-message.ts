import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { alertFromCloudWatch } from './cloudwatch-alarm.ts';
import { newsFromEvent } from './eventbridge.ts';
import { oneLine } from './foreign-text.ts';
import { jsonWords } from './json-words.ts';
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
  const alert = alertFromCloudWatch(content, notification, receivedAt) ?? plainAlert(notification, content, receivedAt);
  return { alerts: [alert], changes: [] };
}

/** What an EventBridge event is about: its text starts with an id and a time, so each would be a condition of its own. */
const EventBridgeEvent = z.object({ 'detail-type': z.string(), resources: z.array(z.string()).catch([]) });

/** What parts it from other messages, and what it is called: with the names of resources in place of their ARNs. */
function titleOf({ subject, message }: VerifiedNotification, content: unknown): Record<'whole' | 'name', string> {
  const event = EventBridgeEvent.safeParse(content).data;
  const words = (resources: readonly string[]) => (event ? [event['detail-type'], ...resources].join(' ').trim() : '');
  const own = subject?.trim();
  const whole = own || words(event?.resources ?? []) || firstLine(message);
  return { whole, name: own || words((event?.resources ?? []).map(resourceName)) || whole };
}

/** `arn:<partition>:<service>:<region>:<account>:<resource>` */
function resourceName(resource: string): string {
  return resource.startsWith('arn:') ? resource.split(':').slice(5).join(':') || resource : resource;
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

function plainAlert(notification: VerifiedNotification, content: unknown, receivedAt: number): Alert {
  const { topic, message, publishedAt } = notification;
  const { whole, name } = titleOf(notification, content);
  return {
    key: `sns:1:${topic.arn}:${hashOf(whole)}`,
    source: 'sns',
    name: oneLine(name, MAX_NAME) || `(empty message on ${topic.name})`,
    state: 'firing',
    changedAt: publishedAt,
    receivedAt,
    reason: oneLine(jsonWords(content) || message, MAX_REASON),
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
