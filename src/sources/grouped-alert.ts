import type { Alert, AlertSource } from '../domain/alert.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { amountOf, type Fields, fieldsOf, textOf } from './foreign-fields.ts';
import { oneLine, paragraph } from './foreign-text.ts';
import { timeUntil } from './foreign-time.ts';
import { hashOf } from './key-part.ts';

/** More than fit into the largest message of alerts as people write them. */
const MAX_ALERTS = 20_000;
const MAX_NAME = 255;
const MAX_PROSE = 1024;
const MAX_ENTRIES = 64;
const MAX_LABEL = 256;
const MAX_ANNOTATION = 2_048;
const MAX_URL = 2_048;

/** A message of Alertmanager or Grafana: alerts in groups, each with its own state. */
export interface Grouped {
  readonly alerts: readonly Fields[];
  /** How many more there are that the sender left out. Nothing is known of them: least of all that they are well. */
  readonly truncated: number;
  readonly body: Fields;
}

/** The alerts of a message. Refuses what is none, in words for whoever set the sender up. */
export function readGrouped(value: unknown): Result<Grouped> {
  const body = fieldsOf(value);
  if (!body) return reject('bad_input', 'The body is not a JSON object.');
  if (!Array.isArray(body.alerts))
    return reject('bad_input', 'alerts is not a list: a custom payload has to keep the fields of the default one.');
  if (body.alerts.length > MAX_ALERTS)
    return reject('bad_input', `alerts holds more than ${MAX_ALERTS} alerts: group more finely.`);
  const alerts = body.alerts.map(fieldsOf);
  const odd = alerts.indexOf(null);
  if (odd !== -1) return reject('bad_input', `alerts[${odd}] is not an object.`);
  const truncated = amountOf(body.truncatedAlerts) ?? 0;
  return ok({
    alerts: alerts.filter((alert) => alert !== null),
    truncated: Number.isSafeInteger(truncated) && truncated > 0 ? truncated : 0,
    body,
  });
}

export interface Identity {
  readonly source: AlertSource;
  /** What keys begin with: `am:1:`. */
  readonly prefix: string;
}

/**
 * One alert as both write it. Its identity is the fingerprint alone, a hash of its labels: the same labels are the same
 * condition, whichever of a pair of senders tells it and however often it comes back. The start is no part of it, it
 * orders what is said: a recovery must end what its firing began, and a firing after it is news. What only says again that it
 * fires carries its old start, so the alert says that its source repeats itself.
 */
export function groupedAlert(fields: Fields, { source, prefix }: Identity, receivedAt: number): Alert {
  const labels = textsOf(fields.labels, MAX_LABEL);
  const annotations = textsOf(fields.annotations, MAX_ANNOTATION);
  const isResolved = textOf(fields.status) === 'resolved';
  const { summary, description, message } = annotations;
  return {
    key: `${prefix}${fingerprintOf(fields)}`,
    source,
    name: oneLine(labels.alertname ?? '', MAX_NAME) || '(unnamed alert)',
    state: isResolved ? 'recovered' : 'firing', // a word that nobody knows is not good news
    changedAt: changedAtOf(fields, isResolved, receivedAt),
    receivedAt,
    reason: oneLine(summary ?? description ?? message ?? labelWords(labels), MAX_PROSE),
    description: paragraph(description ?? '', MAX_PROSE) || null,
    account: null,
    region: null,
    measurement: null,
    children: [],
    labels,
    annotations,
    isReport: false,
    repeats: true,
    url: webUrlOf(fields.generatorURL),
  };
}

/** Said already, or the sender's own business. */
const SAID = new Set(['alertname', 'severity', 'grafana_folder', 'rulename', 'datasource_uid', 'ref_id']);

/** What tells an alert without words from others of its name: `instance shop-3:9100, job api`. */
export function labelWords(labels: Alert['labels']): string {
  const told = Object.entries(labels).filter(
    ([name, value]) => !SAID.has(name) && !name.startsWith('__') && value !== '',
  );
  return told.map(([name, value]) => `${name} ${value}`).join(', ');
}

/** 16 hex digits as both send them. A custom payload may lack it: then of the labels, as it is made of them. */
function fingerprintOf({ fingerprint, labels }: Fields): string {
  const told = textOf(fingerprint) ?? '';
  if (/^[\w-]{1,128}$/.test(told)) return told;
  const sorted = Object.entries(fieldsOf(labels) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(sorted));
}

/**
 * When it began or ended. While it fires its end is the zero time or lies ahead; one that ended at no believable time ended when
 * we heard of it, and an end is never taken to be before its start.
 */
function changedAtOf({ startsAt, endsAt }: Fields, isResolved: boolean, receivedAt: number): number {
  const start = timeUntil(startsAt, receivedAt);
  if (!isResolved) return start ?? receivedAt;
  const end = timeUntil(endsAt, receivedAt);
  return end !== null && end > (start ?? 0) ? end : receivedAt;
}

/** Names and texts, of bounded number and size. What is no text is left out. */
export function textsOf(value: unknown, max: number): Readonly<Record<string, string>> {
  const texts = Object.entries(fieldsOf(value) ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__')
    .slice(0, MAX_ENTRIES);
  return Object.fromEntries(texts.map(([name, text]) => [oneLine(name, 128), paragraph(text, max)]));
}

/** An address that a browser may open; null for every other. */
export function webUrlOf(value: unknown): string | null {
  const text = textOf(value) ?? '';
  if (text.length > MAX_URL || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}

/** How long two messages that say the same count as one. */
const SAME_MS = 60_000;

/**
 * What an alert is known by in the inbox. A pair of senders and a retry say the same within seconds; what is said again later is
 * let through, because it may be news after a recovery, and costs next to nothing when it is none.
 */
export function messageIdOf({ key, state, changedAt, receivedAt }: Alert): string {
  return hashOf(`${key}\n${state}\n${changedAt}\n${Math.floor(receivedAt / SAME_MS)}`);
}
