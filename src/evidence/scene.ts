import type { Probes } from '../app/probes.ts';
import { decidingRule } from '../domain/deciding-rule.ts';
import type { Moment } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { Member } from '../domain/member.ts';
import type { Query } from '../domain/query.ts';
import type { AlarmRule, Service } from '../domain/service.ts';

/** What there is to look at. */
export interface Scene {
  readonly incident: Incident;
  /** As it is configured now; `null` when its file is gone. */
  readonly service: Service | null;
  readonly moment: Moment;
  readonly now: number;
}

const LOOK_BACK_MS = 3 * 3_600_000;

export function lookBackMs({ service }: Pick<Scene, 'service'>): number {
  return service?.evidence.lookBackMs ?? LOOK_BACK_MS;
}

/** The alarm that says most: the first one shown. `null` where a person declared. */
export function leadOf({ members }: Incident): Member | null {
  return members.shown[0] ?? null;
}

/** The rule that decided about an alarm, as the file has it now. */
export function ruleOf(service: Service | null, member: Member | null): AlarmRule | null {
  return service && member && decidingRule(service, member);
}

/** More questions than this do not fit into the budget, nor on a card. */
const MAX_QUERIES = 8;

/**
 * What to ask: what grades the alarms, what their rules show, what the service shows, and whatever tells which endpoint and which
 * model serve.
 */
export function queriesFor({ incident, service }: Scene): Query[] {
  if (!service) return [];
  const rules = incident.members.shown.flatMap((member) => ruleOf(service, member) ?? []);
  const grading = rules.flatMap(({ grades }) => (grades?.value.kind === 'query' ? [grades.value.name] : []));
  const serving = Object.values(service.queries)
    .filter(({ ask }) => ask.kind === 'endpoint' || ask.kind === 'mlflow')
    .map(({ name }) => name);
  const names = [...grading, ...rules.flatMap(({ evidence }) => evidence), ...service.evidence.show, ...serving];
  return [...new Set(names)].flatMap((name) => queryOf(service, name) ?? []).slice(0, MAX_QUERIES);
}

export function queryOf({ queries }: Service, name: string): Query | null {
  return Object.hasOwn(queries, name) ? (queries[name] ?? null) : null;
}

/** Where a query of the scene looks: from before the alarm until now. */
export function whereOf(
  { incident, service, now, ...scene }: Scene & { readonly service: Service },
  signal: AbortSignal,
): Parameters<Probes['ask']>[1] {
  const from = Math.min(incident.milestones.firedAt, now) - lookBackMs({ ...scene, service });
  return { service, environment: incident.environment, from: Math.max(from, now - 24 * 3_600_000), to: now, signal };
}
