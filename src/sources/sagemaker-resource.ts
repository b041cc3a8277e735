import type { Alert } from '../domain/alert.ts';
import { consoleUrl } from './aws-arn.ts';
import type { BridgeEvent } from './eventbridge-event.ts';
import { oneLine } from './foreign-text.ts';
import { keyPart } from './key-part.ts';

/** The longest name that SageMaker gives, with room to spare. */
export const MAX_NAME = 128;
const MAX_REASON = 1024;
const MAX_LABELS = 50;

/** What an event is about. Together they are what service files match: `endpoint/bikeshare-prod`. */
export interface Resource {
  readonly kind:
    | 'endpoint'
    | 'training-job'
    | 'processing-job'
    | 'transform-job'
    | 'tuning-job'
    | 'monitoring-schedule'
    | 'pipeline';
  readonly name: string;
  /** A step of a pipeline, which fails and recovers by itself. */
  readonly step?: string;
}

export interface Condition {
  readonly state: 'firing' | 'recovered';
  readonly changedAt: number;
  readonly receivedAt: number;
  readonly reason: string;
  readonly labels: Readonly<Record<string, unknown>>;
  /** Behind `/sagemaker/home#/`; null where there is no page. */
  readonly page: string | null;
}

/** The alert that an event about a resource of SageMaker is. */
export function alertAbout(event: BridgeEvent, resource: Resource, condition: Condition): Alert {
  const { account, region } = event;
  const { state, changedAt, receivedAt, reason, page } = condition;
  return {
    key: keyOf(event, resource),
    source: 'eventbridge',
    name: nameOf(resource),
    state,
    changedAt,
    receivedAt,
    reason: oneLine(reason, MAX_REASON),
    description: null,
    account,
    region,
    measurement: null,
    children: [],
    labels: labelsOf({ ...condition.labels, kind: resource.kind }),
    annotations: {},
    isReport: false,
    repeats: false,
    url: page && consoleUrl(event, `/sagemaker/home?region=${region}#/${page}`),
  };
}

/** `pipeline/retrain` and, for one of its steps, `pipeline/retrain/Train`. */
export function nameOf({ kind, name, step }: Resource): string {
  return [kind, oneLine(name, MAX_NAME), ...(step ? [oneLine(step, MAX_NAME)] : [])].join('/');
}

function keyOf({ account, region }: BridgeEvent, { kind, name, step }: Resource): string {
  const key = `eb:1:${account}/${region}/${kind}/${keyPart(name, MAX_NAME)}`;
  return step ? `${key}#${keyPart(step, MAX_NAME)}` : key;
}

function labelsOf(labels: Readonly<Record<string, unknown>>): Alert['labels'] {
  const told = Object.entries(labels)
    .filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '' && entry[0] !== '__proto__',
    )
    .slice(-MAX_LABELS); // our own stand last
  return Object.fromEntries(told.map(([name, value]) => [oneLine(name, 128), oneLine(value, 256)]));
}
