import type { BaseLogger } from 'pino';
import type { IncidentStore } from '../app/store.ts';
import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import { route } from '../domain/route.ts';
import type { Service } from '../domain/service.ts';
import { parseTopicArn } from '../sources/aws-arn.ts';
import type { ReconcileMemory } from '../store/reconcile-memory.ts';
import type { Alertmanager } from './alertmanager.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { byRegion, compareAlarms } from './compare-alarms.ts';
import { compareAlertmanager, type Held, isOfAlertmanager } from './compare-alertmanager.ts';
import type { Finding } from './finding.ts';
import type { Parts } from './parts.ts';
import { unheardFiring, unheardMessages } from './unheard-alarms.ts';

export interface ReconcileDeps {
  readonly store: Pick<IncidentStore, 'openIds' | 'loadMany' | 'memberKeys' | 'known'>;
  readonly memory: ReconcileMemory;
  readonly cloudWatch: CloudWatch;
  readonly alertmanager: Alertmanager;
  readonly services: () => readonly Service[];
  /** SNS_TOPIC_ARNS. */
  readonly topics: readonly string[];
  /** The region of the queue that messages are pulled from; `null` without one. */
  readonly queueRegion: string | null;
  /** Makes alerts durable; what was accepted under one id before changes nothing. */
  readonly accept: (messageId: string, alerts: readonly Alert[]) => Promise<'stored' | 'known'>;
  readonly count: (source: string, found: Finding['found']) => void;
  /** A round was finished at this time, epoch ms. */
  readonly finished: (at: number) => void;
  readonly now: () => number;
  readonly log: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
}

/** What a round may use. */
export type Tools = ReconcileDeps & Pick<Parts, 'attempt'>;

const MAX_INCIDENTS = 1_000;
const DAY_MS = 86_400_000;
/** Items of the history may come late. */
const OVERLAP_MS = 300_000;

/** Whether there is an AWS to ask: somebody there speaks to Tocsin. */
export function hasAws({ topics, queueRegion }: Pick<ReconcileDeps, 'topics' | 'queueRegion'>): boolean {
  return topics.length > 0 || queueRegion !== null;
}

/** Compares the alarms of open incidents with their sources. */
export async function compareOpen(tools: Tools, signal: AbortSignal): Promise<void> {
  const { store, services } = tools;
  const open = await store.loadMany(await store.openIds(MAX_INCIDENTS));
  const keysOf = await Promise.all(open.map(({ id }) => store.memberKeys(id)));
  const known = await store.known([...new Set(keysOf.flat())]);
  const deps = inside(tools);
  for (const [region, watched] of hasAws(tools) ? byRegion([...known.values()]) : []) {
    await take(tools, `alarms in ${region}`, () => compareAlarms(deps, region, watched, signal));
  }
  for (const base of addressesOf(services())) {
    const held = heldAt(base, open, keysOf, known, services());
    await take(tools, `alertmanager ${URL.parse(base)?.host}`, () => compareAlertmanager(deps, base, held, signal));
  }
}

/** Looks for what was said and never heard. */
export async function lookBack(tools: Tools, signal: AbortSignal): Promise<void> {
  const deps = inside(tools);
  for (const [region, topics] of hasAws(tools) ? regionsOf(tools) : []) {
    await take(tools, `alarms in ${region}`, () => unheardFiring(deps, { region, topics }, signal));
    if (topics.length > 0) await readHistory(tools, region, topics, signal);
  }
}

/** From where it was last read; the first time there is nothing to compare with. */
async function readHistory(
  tools: Tools,
  region: string,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { memory, now } = tools;
  const until = now();
  const before = await memory.readUntil(region);
  const since = Math.max((before ?? until) - OVERLAP_MS, until - DAY_MS);
  const look = () => unheardMessages(inside(tools), { region, topics, since }, signal);
  if (await take(tools, `history in ${region}`, look)) await memory.setReadUntil(region, until);
}

/** Answers whether it could be told, and all of it is durable. */
async function take(tools: Tools, part: string, look: () => Promise<readonly Finding[]>): Promise<boolean> {
  const { attempt, accept, count, log } = tools;
  const findings = await attempt(part, look);
  for (const { alert, found } of findings ?? []) {
    const outcome = await accept(`reconcile:${alert.key}:${alert.changedAt}:${alert.state}`, [alert]);
    if (outcome === 'known') continue;
    count(alert.source, found);
    log.info({ key: alert.key, found }, 'a source knew what Tocsin did not');
  }
  return findings !== null;
}

/** What the comparisons use. */
function inside(tools: Tools) {
  const { store, memory, services } = tools;
  return { ...tools, ...memory, known: store.known, isClaimed: (alert: Alert) => isClaimedBy(alert, services()) };
}

function isClaimedBy(alert: Alert, services: readonly Service[]): boolean {
  const { rule, service } = route(alert, services);
  return rule !== null && !service.fallback;
}

/** The Alertmanagers that service files name. */
export function addressesOf(services: readonly Service[]): string[] {
  const all = services.flatMap(({ environments }) => Object.values(environments));
  return [...new Set(all.flatMap(({ alertmanager }) => alertmanager ?? []))];
}

/** Topics by region; with a queue alone, the regions that it and the environments are in. */
function regionsOf({ topics, queueRegion, services }: ReconcileDeps): ReadonlyMap<string, readonly string[]> {
  if (topics.length > 0) return Map.groupBy(topics, (arn) => parseTopicArn(arn)?.region ?? '');
  const named = services().flatMap(({ environments }) =>
    Object.values(environments).flatMap(({ region }) => region ?? []),
  );
  return new Map(
    [...new Set([...named, ...(queueRegion === null ? [] : [queueRegion])])].map((region) => [region, []]),
  );
}

/** Alerts of open incidents whose environment has this Alertmanager. */
function heldAt(
  base: string,
  open: readonly Incident[],
  keysOf: readonly (readonly string[])[],
  known: Awaited<ReturnType<IncidentStore['known']>>,
  services: readonly Service[],
): Held[] {
  const addressOf = ({ service, environment }: Incident) =>
    services.find(({ name }) => name === service)?.environments[environment]?.alertmanager ?? null;
  return open.flatMap((incident, i) => {
    if (addressOf(incident) !== base) return [];
    return (keysOf[i] ?? []).filter(isOfAlertmanager).flatMap((key) => {
      const of = known.get(key);
      const title = incident.members.shown.find((member) => member.key === key)?.title ?? null;
      return of ? [{ known: of, title }] : [];
    });
  });
}
