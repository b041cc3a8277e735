import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';
import type { Alert } from '../domain/alert.ts';
import type { KnownAlert } from '../domain/member.ts';
import { parseTopicArn, type Topic } from '../sources/aws-arn.ts';
import { alertFromCloudWatch } from '../sources/cloudwatch-alarm.ts';
import { fieldsOf, textOf } from '../sources/foreign-fields.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { alertOf, type Described } from './described-alarm.ts';
import { type Finding, newsIn } from './finding.ts';

export interface UnheardDeps {
  readonly cloudWatch: CloudWatch;
  readonly known: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownAlert>>;
  /** Whether a service, other than as the fallback, has a rule for it. */
  readonly isClaimed: (alert: Alert) => boolean;
  /** Runs what may be refused; `null` then. */
  readonly attempt: <T>(part: string, work: () => Promise<T>) => Promise<T | null>;
  readonly now: () => number;
}

/** What has just happened may still be on its way. */
const ON_ITS_WAY_MS = 60_000;

/**
 * What alarms have published to the topics since a time, and nobody here heard of: the newest of each condition. A message
 * that the history has cut short is asked for by the alarm's name.
 */
export async function unheardMessages(
  deps: UnheardDeps,
  { region, topics, since }: { readonly region: string; readonly topics: readonly string[]; readonly since: number },
  signal: AbortSignal,
): Promise<Finding[]> {
  const items = await deps.cloudWatch.published(region, since, signal);
  const { newest, cut } = readItems(items, topics, deps.now());
  for (const alarm of cut.size > 0 ? await deps.cloudWatch.named(region, [...cut], signal) : []) {
    const alert = alertOf(alarm, deps.now());
    if (alert) newest.set(alert.key, alert);
  }
  const known = await deps.known([...newest.keys()]);
  return [...newest.values()].flatMap((alert) => {
    const before = known.get(alert.key) ?? null;
    if (before === null && alert.state !== 'firing') return []; // the end of something that nobody heard of
    return newsIn(alert, before) ?? [];
  });
}

/** The newest message of each condition, and the names of alarms whose messages were cut. */
function readItems(items: readonly AlarmHistoryItem[], topics: readonly string[], now: number) {
  const newest = new Map<string, Alert>();
  const cut = new Set<string>();
  for (const item of items) {
    const topic = topicOf(item, topics);
    const content = messageIn(item.HistoryData ?? '');
    const alert = topic && alertFromCloudWatch(content, { topic, publishedAt: timeOf(item) }, now);
    if (alert) newest.set(alert.key, alert);
    else if (topic && item.AlarmName) cut.add(item.AlarmName);
  }
  return { newest, cut };
}

function timeOf({ Timestamp }: AlarmHistoryItem): number {
  return Timestamp?.getTime() ?? 0;
}

const RESOURCE = /"notificationResource"\s*:\s*"(?<arn>arn:[\w:-]{1,400})"/;

/** The topic that was published to, if it is one of ours. The data may be cut in the middle. */
function topicOf({ HistoryData = '', HistorySummary = '' }: AlarmHistoryItem, topics: readonly string[]): Topic | null {
  const named = RESOURCE.exec(HistoryData)?.groups?.arn;
  const arn = named ?? topics.find((topic) => HistorySummary.endsWith(topic));
  return arn !== undefined && topics.includes(arn) ? parseTopicArn(arn) : null;
}

/** `publishedMessage` holds texts by protocol, as JSON in a text; `default` is what SNS was given. `null`: cut, or not there. */
function messageIn(data: string): unknown {
  const published = fieldsOf(parsed(data))?.publishedMessage;
  const texts = fieldsOf(typeof published === 'string' ? parsed(published) : published);
  return parsed(textOf(texts?.default) ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Alarms that fire now and nobody here knows of. With topics: those that publish to them, else those that a service claims.
 * What an operator keeps quiet stays quiet.
 */
export async function unheardFiring(
  deps: UnheardDeps,
  { region, topics }: { readonly region: string; readonly topics: readonly string[] },
  signal: AbortSignal,
): Promise<Finding[]> {
  const alarms = new Map<string, Described>();
  for (const topic of topics.length > 0 ? topics : [null]) {
    for (const alarm of await deps.cloudWatch.firing(region, topic, signal)) {
      if (speaks(alarm, topic)) alarms.set(alarm.AlarmName ?? '', alarm);
    }
  }
  const alerts = [...alarms.values()]
    .flatMap((alarm) => alertOf(alarm, deps.now()) ?? [])
    .filter(({ changedAt }) => changedAt <= deps.now() - ON_ITS_WAY_MS)
    .filter((alert) => topics.length > 0 || deps.isClaimed(alert));
  const known = await deps.known(alerts.map(({ key }) => key));
  const news = alerts.flatMap((alert) => newsIn(alert, known.get(alert.key) ?? null) ?? []);

  const loud: Finding[] = [];
  for (const finding of news) {
    const { name } = finding.alert;
    const muted = await deps.attempt(`mute rules in ${region}`, () => deps.cloudWatch.isMuted(region, name, signal));
    if (muted !== true) loud.push(finding); // could not tell: rather heard once too often than never
  }
  return loud;
}

function speaks({ ActionsEnabled, AlarmActions = [], ActionsSuppressedBy }: Described, topic: string | null): boolean {
  if (ActionsEnabled === false || ActionsSuppressedBy !== undefined) return false;
  return topic === null || AlarmActions.includes(topic);
}
