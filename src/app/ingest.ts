import { decideAlarms } from '../domain/alarms.ts';
import type { Alert } from '../domain/alert.ts';
import { groupOf, type Incident, isOver } from '../domain/incident.ts';
import { judge } from '../domain/judge.ts';
import { type KnownAlert, toKnown, toMember } from '../domain/member.ts';
import { newsOf } from '../domain/news.ts';
import { openForAlarms, type RoutedChange } from '../domain/open.ts';
import { withPages } from '../domain/paging.ts';
import { type Route, route } from '../domain/route.ts';
import type { Service } from '../domain/service.ts';
import { commitDecision, type DispatchDeps } from './dispatch.ts';

export interface IngestDeps extends DispatchDeps {
  /** The services as they are configured now. */
  readonly services: () => readonly Service[];
}

/** Takes a batch of alarms in: one commit per incident and batch. Whatever it is given twice changes nothing. */
export type Ingest = (alerts: readonly Alert[]) => Promise<void>;

const MAX_TRIES = 50;

interface Routed extends RoutedChange {
  readonly route: Route;
  readonly group: string;
}

type Target = { readonly incident: Incident } | { readonly opens: string; readonly holder: string | null };

export function createIngest(deps: IngestDeps): Ingest {
  return async (alerts) => {
    let left = alerts.map((alert) => routed(alert, deps.services(), deps.now()));
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === MAX_TRIES) throw new Error(`${left.length} alarms kept changing under the ingest`);
      left = await takeIn(deps, left);
    }
  };
}

function routed(alert: Alert, services: readonly Service[], now: number): Routed {
  const where = route(alert, services);
  const { runbook, rule, service, environment } = where;
  const title = alert.part === undefined ? where.title : `${where.title ?? alert.name} (${alert.part})`;
  const { severity, ruling, state } = judge(alert, where, now);
  return {
    ...{ alert: { ...alert, state }, severity, ruling, title, runbook, dwellMs: rule?.grades?.dwellMs ?? null },
    route: where,
    group: groupOf({ service: service.name, environment }),
  };
}

/** Answers the alarms whose incident changed meanwhile: they are decided anew. */
async function takeIn(deps: IngestDeps, alarms: readonly Routed[]): Promise<Routed[]> {
  const [known, holders] = await Promise.all([
    deps.store.known(unique(alarms.map(({ alert }) => alert.key))),
    deps.store.groupHolders(unique(alarms.map(({ group }) => group))),
  ]);
  const targets = await findTargets(deps, newsOf(alarms, known), known, holders);

  const lost = await Promise.all(
    [...targets].map(async ([target, items]) => ((await takeInto(deps, target, items, known)) ? [] : items)),
  );
  return lost.flat();
}

async function findTargets(
  { store, now }: IngestDeps,
  alarms: readonly Routed[],
  known: ReadonlyMap<string, KnownAlert>,
  holders: ReadonlyMap<string, string>,
): Promise<Map<Target | null, Routed[]>> {
  if (alarms.length === 0) return new Map();
  const mine = alarms.flatMap(({ alert }) => known.get(alert.key)?.incident ?? []);
  const incidents = new Map((await store.loadMany(unique([...mine, ...holders.values()]))).map((one) => [one.id, one]));

  const targets = createTargets();
  for (const items of byCondition(alarms)) {
    const own = incidents.get(known.get(items[0].alert.key)?.incident ?? '');
    const holder = holders.get(items[0].group) ?? null;
    targets.add(targetOf(items, own, holder, incidents, now()), items);
  }
  return targets.all;
}

/** Collects items by target: two targets are the same when they are one incident, or would open one for the same group. */
function createTargets() {
  const shared = new Map<string, Target>();
  const all = new Map<Target | null, Routed[]>();
  return {
    all,
    add(target: Target | null, items: readonly Routed[]): void {
      const same = target && (shared.get(nameOf(target)) ?? target);
      if (same) shared.set(nameOf(same), same);
      all.set(same, [...(all.get(same) ?? []), ...items]);
    },
  };
}

function nameOf(target: Target): string {
  return 'incident' in target ? target.incident.id : target.opens;
}

/** All that one batch says about one condition goes to one incident, even when it fires and recovers within the batch. */
type Items = [Routed, ...Routed[]];

function byCondition(alarms: readonly Routed[]): Iterable<Items> {
  const groups = new Map<string, Items>();
  for (const item of alarms) {
    const items = groups.get(item.alert.key);
    if (items) items.push(item);
    else groups.set(item.alert.key, [item]);
  }
  return groups.values();
}

function targetOf(
  items: Items,
  own: Incident | undefined,
  holder: string | null,
  incidents: ReadonlyMap<string, Incident>,
  now: number,
): Target | null {
  const fires = items.some(({ alert }) => alert.state === 'firing');
  const opens =
    fires || items.some(({ alert, route: { opensOnNoData } }) => opensOnNoData && alert.state === 'unknown');
  if (own && (!isOver(own) || !opens || (fires && comesBack(own, now)))) return { incident: own };
  if (!opens) return null; // a recovery of something nobody knew about is remembered, and opens nothing
  const open = incidents.get(holder ?? '');
  return open && isJoinable(open, now) ? { incident: open } : { opens: items[0].group, holder };
}

/** An alarm that fires soon after its incident was over reopens it; silence, where it is a reason at all, opens a new one. */
function comesBack({ milestones, policy }: Incident, now: number): boolean {
  return now - (milestones.resolvedAt ?? now) <= policy.reopenMs;
}

/** Alarms of one service and environment that come soon after each other belong together, and so do silenced ones. */
function isJoinable(incident: Incident, now: number): boolean {
  if (isOver(incident)) return false;
  const isSilenced = incident.silencedUntil !== null && now < incident.silencedUntil;
  return isSilenced || now - incident.lastAlarmAt <= incident.policy.groupingMs;
}

async function takeInto(
  deps: IngestDeps,
  target: Target | null,
  items: readonly Routed[],
  known: ReadonlyMap<string, KnownAlert>,
): Promise<boolean> {
  if (items.length === 0) return true;
  if (target === null) {
    const alerts = items.map((change) => toKnown(toMember(change, null), null));
    return deps.store.remember(alerts, known);
  }
  if ('incident' in target) {
    const now = deps.now();
    const decision = withPages(target.incident, decideAlarms(target.incident, items, known, now), now);
    return (await commitDecision(deps, target.incident, decision, known)) !== null;
  }
  const decision = openForAlarms(await deps.store.nextId(), items, known, deps.now());
  return (await commitDecision(deps, null, decision, known, target.holder)) !== null;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
