import type { Heard } from '../app/signals.ts';
import type { Alert, AlertState, Measurement } from '../domain/alert.ts';
import type { Change } from '../domain/change.ts';
import type { AlertEvent, ChangeEvent, ReportEvent, SentEvent } from './event-shape.ts';
import { oneLine, paragraph } from './foreign-text.ts';
import { timeUntil } from './foreign-time.ts';
import { textsOf, webUrlOf } from './grouped-alert.ts';
import { hashOf, keyPart } from './key-part.ts';

const MAX_NAME = 255;
const MAX_PROSE = 1024;
const MAX_LABEL = 256;
const MAX_ANNOTATION = 2_048;
/** How long two events that say the same, with neither id nor time, count as one: a retry comes within it. */
const SAME_MS = 60_000;

/** What events bring. `messageId`: what an alert is known by in the inbox. */
export interface EventNews {
  readonly alerts: readonly { readonly messageId: string; readonly alert: Alert }[];
  readonly changes: readonly Change[];
  /** Signals. Alerts and reports count as speaking, too, in the environment that their rule finds: whoever takes them in says so. */
  readonly heard: readonly Heard[];
}

/** What events say that teams send themselves. */
export function newsFromEvents(events: readonly SentEvent[], receivedAt: number): EventNews {
  return {
    alerts: events.flatMap((event) =>
      event.kind === 'alert' || event.kind === 'report'
        ? [{ messageId: idOf(event, receivedAt), alert: alertOf(event, receivedAt) }]
        : [],
    ),
    changes: events.flatMap((event) => (event.kind === 'change' ? [changeOf(event, receivedAt)] : [])),
    heard: events.flatMap((event) =>
      event.kind === 'signal'
        ? [{ name: event.name, environment: environmentOf(event), at: timeUntil(event.at, receivedAt) ?? receivedAt }]
        : [],
    ),
  };
}

const STATES: Readonly<Record<AlertEvent['status'], AlertState>> = {
  firing: 'firing',
  resolved: 'recovered',
  recovered: 'recovered',
  ok: 'recovered',
  unknown: 'unknown',
};

function alertOf(event: AlertEvent | ReportEvent, receivedAt: number): Alert {
  const labels = { ...event.labels, ...present({ service: event.service, environment: event.environment }) };
  return {
    key: keyOf(event),
    source: 'event',
    name: oneLine(event.name, MAX_NAME),
    state: event.kind === 'alert' ? STATES[event.status] : 'firing', // of a report the rule decides
    changedAt: timeUntil(event.at, receivedAt) ?? receivedAt,
    receivedAt,
    reason: oneLine(event.summary ?? event.description ?? '', MAX_PROSE),
    description: paragraph(event.description ?? '', MAX_PROSE) || null,
    account: null,
    region: null,
    measurement: measurementOf(event),
    children: [],
    labels: texts(labels, MAX_LABEL),
    annotations: texts(
      { ...event.annotations, ...present({ summary: event.summary, baseline: event.baseline }) },
      MAX_ANNOTATION,
    ),
    isReport: event.kind === 'report',
    repeats: false,
    url: webUrlOf(event.url),
  };
}

/**
 * Events of one name are about one condition, in each service and environment by itself, unless the sender parts them otherwise:
 * what staging says must not end what production has begun.
 */
function keyOf({ name, dedup, ...event }: AlertEvent | ReportEvent): string {
  const service = event.service ?? event.labels?.service ?? '';
  const place = [service, environmentOf(event) ?? ''].filter((part) => part !== '').join('/');
  const part = dedup ?? place;
  return `ev:1:${keyPart(name, MAX_NAME)}${part === '' ? '' : `#${keyPart(part, MAX_NAME)}`}`;
}

function environmentOf({ environment, labels }: Pick<SentEvent, 'environment' | 'labels'>): string | null {
  const named = environment ?? labels?.environment ?? null;
  return named === null ? null : oneLine(String(named), 64);
}

function measurementOf(event: AlertEvent | ReportEvent): Measurement | null {
  const { value, threshold } = event;
  if (value == null && threshold == null) return null;
  return {
    metric: event.metric ?? oneLine(event.name, MAX_NAME),
    namespace: null,
    dimensions: [],
    statistic: null,
    unit: event.unit ?? null,
    value: value ?? null,
    threshold: threshold ?? null,
    comparison: event.comparison ?? null,
    periodSeconds: null,
    periods: null,
  };
}

function changeOf(event: ChangeEvent, receivedAt: number): Change {
  return {
    id: `ev:${idOf(event, receivedAt)}`,
    at: timeUntil(event.at, receivedAt) ?? receivedAt,
    kind: event.change,
    subject: oneLine(event.name, MAX_NAME),
    text: oneLine(event.summary, 512),
    by: event.by == null ? null : oneLine(event.by, 128),
    url: webUrlOf(event.url),
  };
}

/**
 * The same event sent twice is one. With an id that and what it says count, so that the firing and the end of one thing may share
 * it. Without an id all of it counts; without a time, too, only for a minute: the same words are news another day.
 */
function idOf(event: AlertEvent | ReportEvent | ChangeEvent, receivedAt: number): string {
  const { kind, name, id } = event;
  const state = event.kind === 'alert' ? STATES[event.status] : '';
  if (id != null) return hashOf(JSON.stringify([kind, name, id, state]));
  const minute = event.at == null ? Math.floor(receivedAt / SAME_MS) : null;
  return hashOf(JSON.stringify([event, minute]));
}

type Scalars = Readonly<Record<string, string | number | boolean | null>>;

function texts(values: Scalars, max: number): Readonly<Record<string, string>> {
  const told = Object.entries(values).filter(([, value]) => value !== null);
  return textsOf(Object.fromEntries(told.map(([name, value]) => [name, String(value)])), max);
}

function present(values: Readonly<Record<string, string | number | null | undefined>>): Scalars {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}
