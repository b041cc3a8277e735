import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { RuleAlert } from './rules.ts';
import type { Labels } from './series.ts';

export interface AlertmanagerOptions {
  readonly receiver: string;
  /** Where it is reached, for links; a function because the port is not known at first. */
  readonly externalUrl: () => string;
  readonly webhook: Webhook;
  /** Labels that make a group. */
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatMs: number;
  readonly now: () => number;
}

/** Where notifications go, and how they prove themselves. `null`: nobody listens. */
export interface Webhook {
  /** True when it was taken; a failure is tried again at the next tick. */
  post(body: object): Promise<boolean>;
}

/** An Alertmanager: groups what fires, tells about it with webhooks of version 4, again after a while, and when it ends. */
export interface Alertmanager {
  /** Takes what fires now; what is missing has ended. Sends what is due. True when something fires or ended that did not before. */
  take(firing: readonly RuleAlert[], now: number): Promise<boolean>;
  firing(): readonly string[];
  routes(app: FastifyInstance, path: string): void;
}

interface ActiveAlert extends RuleAlert {
  readonly fingerprint: string;
  readonly startsAt: number;
  endsAt: number | null;
}

interface Group {
  readonly key: string;
  readonly labels: Labels;
  readonly since: number;
  /** What the last notification said, and when. */
  told: { readonly at: number; readonly firing: string } | null;
}

const NEVER = '0001-01-01T00:00:00Z';

export function createAlertmanager(options: AlertmanagerOptions): Alertmanager {
  const alerts = new Map<string, ActiveAlert>();
  const groups = new Map<string, Group>();

  const groupOf = (key: string, members: readonly ActiveAlert[], now: number): Group => {
    const labels = picked(members[0]?.labels ?? {}, options.groupBy);
    const group = groups.get(key) ?? { key, labels, since: now, told: null };
    groups.set(key, group);
    return group;
  };

  const forget = (group: Group, members: readonly ActiveAlert[]): void => {
    const ended = members.filter(({ endsAt }) => endsAt !== null);
    for (const { fingerprint } of ended) alerts.delete(fingerprint);
    if (ended.length === members.length) groups.delete(group.key);
  };

  const tell = async (group: Group, members: readonly ActiveAlert[], now: number): Promise<void> => {
    const isOver = members.every(({ endsAt }) => endsAt !== null);
    // What came and went before it was told about is not told about.
    if (group.told === null && isOver) return forget(group, members);
    const reason = reasonFor(group, members, now, options);
    if (reason === null || !(await options.webhook.post(bodyOf(group, members, reason, options)))) return;
    group.told = { at: now, firing: firingKey(members) };
    forget(group, members);
  };

  const flush = async (now: number): Promise<void> => {
    const byGroup = Map.groupBy(alerts.values(), ({ labels }) => JSON.stringify(picked(labels, options.groupBy)));
    for (const [key, members] of byGroup) await tell(groupOf(key, members, now), members, now);
  };

  return {
    take: async (firing, now) => {
      const changed = update(alerts, firing, now);
      await flush(now);
      return changed;
    },
    firing: () =>
      [...alerts.values()].filter(({ endsAt }) => endsAt === null).map(({ labels }) => labels.alertname ?? ''),
    routes: (app, path) => {
      app.get(`${path}/api/v2/status`, () => ({
        cluster: { status: 'disabled' },
        versionInfo: { version: '0.34.0' },
        uptime: new Date().toISOString(),
      }));
      app.get(`${path}/api/v2/alerts`, () =>
        [...alerts.values()].filter(({ endsAt }) => endsAt === null).map((alert) => listed(alert, options)),
      );
      app.get(`${path}/-/ready`, () => 'OK');
    },
  };
}

/** Takes over what fires and ends what does not any more. True when something is new or has ended. */
function update(alerts: Map<string, ActiveAlert>, firing: readonly RuleAlert[], now: number): boolean {
  const current = new Map(firing.map((alert) => [fingerprintOf(alert.labels), alert]));
  let changed = false;
  for (const [fingerprint, alert] of current) {
    const known = alerts.get(fingerprint);
    const isNew = known === undefined || known.endsAt !== null;
    changed ||= isNew;
    const startsAt = isNew ? now : known.startsAt;
    alerts.set(fingerprint, { ...alert, fingerprint, startsAt, endsAt: null });
  }
  for (const alert of alerts.values()) {
    if (alert.endsAt !== null || current.has(alert.fingerprint)) continue;
    alert.endsAt = now;
    changed = true;
  }
  return changed;
}

/** `null`: nothing is due. Alertmanager's own words otherwise. */
function reasonFor(
  group: Group,
  members: readonly ActiveAlert[],
  now: number,
  options: AlertmanagerOptions,
): string | null {
  const { told } = group;
  if (told === null) return now - group.since >= options.groupWaitMs ? 'first notification' : null;
  if (firingKey(members) === told.firing) return now - told.at >= options.repeatMs ? 'repeat interval elapsed' : null;
  if (now - told.at < options.groupIntervalMs) return null;
  const ended = members.filter(({ endsAt }) => endsAt !== null).length;
  if (ended === members.length) return 'all alerts resolved';
  return ended > 0 ? 'some alerts resolved' : 'new alerts added';
}

function firingKey(members: readonly ActiveAlert[]): string {
  return members
    .filter(({ endsAt }) => endsAt === null)
    .map(({ fingerprint }) => fingerprint)
    .sort()
    .join();
}

function bodyOf(
  group: Group,
  members: readonly ActiveAlert[],
  reason: string,
  { receiver, externalUrl }: AlertmanagerOptions,
): object {
  const isFiring = members.some(({ endsAt }) => endsAt === null);
  const labels = Object.entries(group.labels).map(([name, value]) => `${name}="${value}"`);
  return {
    version: '4',
    groupKey: `{}:{${labels.join(', ')}}`,
    truncatedAlerts: 0,
    status: isFiring ? 'firing' : 'resolved',
    receiver,
    groupLabels: group.labels,
    commonLabels: common(members.map((one) => one.labels)),
    commonAnnotations: common(members.map(({ annotations }) => annotations)),
    externalURL: externalUrl(),
    notification_reason: reason,
    alerts: members.map((alert) => ({
      status: alert.endsAt === null ? 'firing' : 'resolved',
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.startsAt).toISOString(),
      endsAt: alert.endsAt === null ? NEVER : new Date(alert.endsAt).toISOString(),
      generatorURL: generatorOf(alert, externalUrl()),
      fingerprint: alert.fingerprint,
    })),
  };
}

function listed(alert: ActiveAlert, { receiver, externalUrl, now }: AlertmanagerOptions): object {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(alert.startsAt).toISOString(),
    endsAt: new Date(now() + 240_000).toISOString(),
    updatedAt: new Date(now()).toISOString(),
    fingerprint: alert.fingerprint,
    receivers: [{ name: receiver }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
    generatorURL: generatorOf(alert, externalUrl()),
  };
}

function generatorOf({ source }: RuleAlert, base: string): string {
  return `${base.replace('/alertmanager', '/prometheus')}/graph?g0.expr=${encodeURIComponent(source)}&g0.tab=1`;
}

/** 16 hexadecimal digits that follow from the labels alone, as Alertmanager's do. */
function fingerprintOf(labels: Labels): string {
  const text = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function picked(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]] as const])),
  );
}

function common(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((one) => one[name] === value)));
}
