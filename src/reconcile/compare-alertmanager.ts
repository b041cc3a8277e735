import type { Alert } from '../domain/alert.ts';
import type { KnownAlert } from '../domain/member.ts';
import { groupedAlert } from '../sources/grouped-alert.ts';
import { hashOf } from '../sources/key-part.ts';
import type { Alertmanager } from './alertmanager.ts';
import { bareCondition, type Finding, gone, newsIn } from './finding.ts';

export interface AlertmanagerDeps {
  readonly alertmanager: Alertmanager;
  readonly known: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownAlert>>;
  /** What was last said of conditions that fire, where it is still known. */
  readonly lastSaid: (keys: readonly string[]) => Promise<ReadonlyMap<string, Alert>>;
  readonly isClaimed: (alert: Alert) => boolean;
  readonly stillMissing: (source: string, keys: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly now: () => number;
}

/** One alert of an open incident, with what it is called there. */
export interface Held {
  readonly known: KnownAlert;
  readonly title: string | null;
}

const KEY = 'am:1:';
/** After its start it learns from its Prometheus what fires. */
const WARM_UP_MS = 300_000;
/** It holds new alerts back for a while, to group them. */
const ON_ITS_WAY_MS = 120_000;

export function isOfAlertmanager(key: string): boolean {
  return key.startsWith(KEY);
}

/**
 * Compares with one Alertmanager: the alerts of open incidents that it should have, and those that it has and nobody here knows.
 * One that it silences or inhibits still fires. One that it does not have has ended, when it has run for a while and did not
 * have it the time before either.
 */
export async function compareAlertmanager(
  deps: AlertmanagerDeps,
  base: string,
  held: readonly Held[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const { now } = deps;
  const found = await deps.alertmanager.alerts(base, signal);
  const present = new Set(found.map(({ fingerprint }) => `${KEY}${fingerprint}`));
  const absent = held.filter(({ known }) => known.state === 'firing' && !present.has(known.key));
  const ended = await endsOf(deps, base, absent, signal);

  const active = found
    .filter(({ isActive }) => isActive)
    .map(({ fields }) => groupedAlert(fields, { source: 'alertmanager', prefix: KEY }, now()))
    .filter((alert) => alert.changedAt <= now() - ON_ITS_WAY_MS && deps.isClaimed(alert));
  const known = await deps.known(active.map(({ key }) => key));
  return [...ended, ...active.flatMap((alert) => newsIn(alert, known.get(alert.key) ?? null) ?? [])];
}

async function endsOf(deps: AlertmanagerDeps, base: string, absent: readonly Held[], signal: AbortSignal) {
  const isWarm = absent.length > 0 && deps.now() - (await deps.alertmanager.upSince(base, signal)) > WARM_UP_MS;
  const keys = isWarm ? absent.map(({ known }) => known.key) : [];
  const twice = await deps.stillMissing(`alertmanager ${hashOf(base)}`, keys); // the address may hold a password
  const said = await deps.lastSaid([...twice]);
  return absent
    .filter(({ known }) => twice.has(known.key))
    .map(({ known: { key }, title }) => {
      const condition = said.get(key) ?? bareCondition(key, 'alertmanager', title ?? '(unnamed alert)');
      return gone(condition, 'Alertmanager does not have it any more.', deps.now());
    });
}
