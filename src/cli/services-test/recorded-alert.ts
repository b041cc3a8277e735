import type { Alert } from '../../domain/alert.ts';
import { ok, type Result, reject } from '../../domain/result.ts';
import { newsFromEvents } from '../../sources/event-message.ts';
import { readEvents } from '../../sources/event-shape.ts';
import { type Fields, fieldsOf } from '../../sources/foreign-fields.ts';
import { grafanaAlert } from '../../sources/grafana-alert.ts';
import { groupedAlert, readGrouped } from '../../sources/grouped-alert.ts';
import { newsFromNotification } from '../../sources/sns-message.ts';
import { readRecording } from '../replay/recording.ts';

/** A message as its source sends it: fields, or text, which is JSON or what somebody wrote to a topic. */
export type RecordedMessage = string | Readonly<Record<string, unknown>>;

/**
 * The one alert of a recorded message: of SNS (also its envelope, or what it carries), of Alertmanager or Grafana (a whole message, or
 * one alert of it), or an event of one's own. Rejects a message that tells of none, or of several.
 */
export function recordedAlert(message: RecordedMessage, at: number): Result<Alert> {
  const alerts = alertsOf(message, at);
  if (!alerts.ok) return alerts;
  const [alert, ...more] = alerts.value;
  if (!alert) return reject('bad_input', 'The message tells of no alert.');
  return more.length === 0
    ? ok(alert)
    : reject('bad_input', 'The message tells of several alerts: write a case for each.');
}

function alertsOf(message: RecordedMessage, at: number): Result<readonly Alert[]> {
  const fields = typeof message === 'string' ? fieldsIn(message) : message;
  if (!fields) return ok(newsFromNotification(notificationOf(String(message), at), at).alerts);
  if ('alerts' in fields) return fromGroup(fields, at);
  if (fieldsOf(fields.labels) && ('startsAt' in fields || 'status' in fields))
    return ok([oneOfGroup(fields, fields, at)]);
  if ('kind' in fields) return fromEvent(fields, at);
  const recorded = readRecording(JSON.stringify(fields), { topicArn: null, now: at });
  return recorded.ok
    ? ok(recorded.value.flatMap(({ notification }) => newsFromNotification(notification, at).alerts))
    : recorded;
}

/** `null` for what is no JSON. */
function fieldsIn(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function notificationOf(message: string, at: number) {
  const topic = { partition: 'aws', region: 'us-east-1', account: '000000000000', name: 'case' };
  const arn = `arn:aws:sns:${topic.region}:${topic.account}:${topic.name}`;
  const messageId = '00000000-0000-0000-0000-000000000000';
  return {
    type: 'Notification',
    messageId,
    topic: { ...topic, arn },
    subject: null,
    message,
    publishedAt: at,
  } as const;
}

function fromGroup(fields: Fields, at: number): Result<readonly Alert[]> {
  const group = readGrouped(fields);
  if (!group.ok) return group;
  const { alerts, body } = group.value;
  return ok(alerts.map((alert) => oneOfGroup(alert, body, at)));
}

/** Grafana writes what Alertmanager writes, and more. */
function oneOfGroup(alert: Fields, body: Fields, at: number): Alert {
  const ofGrafana = ['orgId', 'values', 'valueString', 'dashboardURL', 'panelURL'];
  return ofGrafana.some((name) => name in alert || name in body)
    ? grafanaAlert(alert, body.orgId, at)
    : groupedAlert(alert, { source: 'alertmanager', prefix: 'am:1:' }, at);
}

function fromEvent(fields: Fields, at: number): Result<readonly Alert[]> {
  const events = readEvents(fields);
  return events.ok ? ok(newsFromEvents(events.value, at).alerts.map(({ alert }) => alert)) : events;
}
