import type { Alert, AlertState } from '../domain/alert.ts';
import { type AlarmArn, alarmConsoleUrl, MAX_ALARM_NAME, parseAlarmArn } from './aws-arn.ts';
import { inWordsOfSns } from './cloudwatch-event.ts';
import { measurementOf } from './cloudwatch-measurement.ts';
import { type CloudWatchMessage, readCloudWatchMessage } from './cloudwatch-message.ts';
import { oneLine, paragraph } from './foreign-text.ts';
import { keyPart } from './key-part.ts';
import type { VerifiedNotification } from './sns-verifier.ts';

/** As long as CloudWatch writes reasons and descriptions. */
const MAX_PROSE = 1024;
const MAX_CHILDREN = 50;
const MAX_LABELS = 50;
const MAX_CONTRIBUTOR = 64;
const MAX_PART = 80;

const states: Readonly<Record<CloudWatchMessage['NewStateValue'], AlertState>> = {
  ALARM: 'firing',
  OK: 'recovered',
  INSUFFICIENT_DATA: 'unknown',
};

type Delivery = Pick<VerifiedNotification, 'topic' | 'publishedAt'>;

/**
 * The alert in a parsed CloudWatch message, or null when it is none. Reads every kind of alarm (metric, math, Metrics
 * Insights, anomaly band, composite, contributor, log), messages older than `AlarmArn`, and the shapes of EventBridge and Lambda.
 */
export function alertFromCloudWatch(content: unknown, delivery: Delivery, receivedAt: number): Alert | null {
  const message = readCloudWatchMessage(inWordsOfSns(content));
  if (!message) return null;
  const place = placeOf(message, delivery);

  return {
    key: keyOf(message, place),
    source: 'cloudwatch',
    name: oneLine(message.AlarmName, MAX_ALARM_NAME) || '(unnamed alarm)',
    state: states[message.NewStateValue],
    changedAt: changedAt(message, delivery.publishedAt),
    receivedAt,
    ...partOf(message),
    reason: oneLine(childrenWords(message) ?? message.NewStateReason ?? '', MAX_PROSE),
    description: paragraph(message.AlarmDescription ?? '', MAX_PROSE) || null,
    account: place.account,
    region: place.region,
    measurement: measurementOf(message),
    children: message.TriggeringChildren.slice(0, MAX_CHILDREN).map((child) => childName(child.Arn)),
    labels: labelsOf(message),
    annotations: {},
    isReport: false,
    repeats: false,
    url: alarmConsoleUrl(place, message.AlarmName),
  };
}

type Place = Pick<AlarmArn, 'partition' | 'region' | 'account'>;

/**
 * Where the alarm lives. An alarm publishes only to topics of its own region, so an older message without an ARN takes the
 * topic's; the `Region` field is a display name. The account may differ from the topic's.
 */
function placeOf(message: CloudWatchMessage, { topic }: Delivery): Place {
  const arn = parseAlarmArn(message.AlarmArn ?? '');
  if (arn) return arn;
  const account = message.AWSAccountId ?? '';
  return { ...topic, account: /^\d{12}$/.test(account) ? account : topic.account };
}

function keyOf({ AlarmName, AlarmContributorId }: CloudWatchMessage, { account, region }: Place): string {
  const alarm = `cw:1:${account}/${region}/${keyPart(AlarmName, MAX_ALARM_NAME)}`;
  return AlarmContributorId ? `${alarm}#${keyPart(AlarmContributorId, MAX_CONTRIBUTOR)}` : alarm;
}

/** The state's own time. It cannot be after its publication, and a nonsensical one must not outrank every later message. */
function changedAt({ StateChangeTime }: CloudWatchMessage, publishedAt: number): number {
  const time = Date.parse(StateChangeTime ?? '');
  return time > 0 && time <= publishedAt ? time : publishedAt;
}

function partOf({ AlarmContributorId, AlarmContributorAttributes }: CloudWatchMessage): Pick<Alert, 'part'> {
  const values = Object.values(AlarmContributorAttributes).filter((value) => typeof value === 'string');
  const part = AlarmContributorId ? oneLine(values.join(', '), MAX_PART) : '';
  return part === '' ? {} : { part };
}

/** How CloudWatch says that a composite alarm follows another one: with the whole ARN, and for the last one alone. */
const FOLLOWS =
  /^(?<arn>arn:[\w-]+:cloudwatch:[\w-]+:\d{12}:alarm:.{1,255}) transitioned to (?<state>ALARM|OK|INSUFFICIENT_DATA) at /;
const FOLLOWED: Readonly<Record<string, readonly [one: string, more: string]>> = {
  ALARM: ['fires', 'fire'],
  OK: ['is OK', 'are OK'],
  INSUFFICIENT_DATA: ['has no data', 'have no data'],
};
const CHILDREN_SAID = 3;

/** `latency and errors fire`; null where the reason is another than CloudWatch's own. */
function childrenWords({ NewStateReason, NewStateValue, TriggeringChildren }: CloudWatchMessage): string | null {
  const { arn = '', state = '' } = FOLLOWS.exec(NewStateReason ?? '')?.groups ?? {};
  const [one, more] = FOLLOWED[state] ?? [];
  if (!one || !more) return null;
  const children = NewStateValue === 'ALARM' && state === 'ALARM' ? TriggeringChildren.map((child) => child.Arn) : [];
  const names = [...new Set([arn, ...children])].map(childName);
  const said = names.slice(0, CHILDREN_SAID);
  const left = names.length - said.length;
  const all = [...said, ...(left > 0 ? [`${left} more`] : [])];
  const last = all.pop();
  return all.length === 0 ? `${last} ${one}` : `${all.join(', ')} and ${last} ${more}`;
}

function childName(arn: string): string {
  return oneLine(parseAlarmArn(arn)?.name ?? arn, MAX_ALARM_NAME);
}

function labelsOf({ AlarmTags, AlarmContributorAttributes }: CloudWatchMessage): Alert['labels'] {
  const entries = Object.entries({ ...AlarmTags, ...AlarmContributorAttributes })
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__')
    .slice(0, MAX_LABELS)
    .map(([name, value]) => [oneLine(name, 128), oneLine(value, 256)] as const);
  return Object.fromEntries(entries);
}
