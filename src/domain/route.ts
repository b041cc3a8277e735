import type { Alert } from './alert.ts';
import type { AlarmRule, EnvironmentRule, Service } from './service.ts';
import type { IncidentClass, Severity } from './severity.ts';

/** Where an alert belongs and what the service file says about it. */
export interface Route {
  readonly service: Service;
  readonly environment: string;
  /** `null`: no rule claims it. */
  readonly rule: AlarmRule | null;
  /** By name and labels alone; a value may say otherwise, see `grading.ts`. */
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly title: string | null;
  readonly runbook: string | null;
  readonly opensOnNoData: boolean;
}

/**
 * Finds the service that owns an alert: the first matching rule of the first service, in the order given. An alarm that
 * nobody knows goes to the fallback service (else the first one) as P2: it is never dropped.
 */
export function route(alert: Alert, services: readonly Service[]): Route {
  const owner = ruleFor(alert.name, indexOf(services));
  if (owner) {
    const { service, rule } = owner;
    return { ...rule, service, rule, environment: environmentOf(rule.environment, alert) };
  }
  const service = services.find((candidate) => candidate.fallback) ?? services[0];
  if (!service) throw new Error('No service is configured, so there is no channel for any alarm.');
  return {
    service,
    rule: null,
    environment: 'unknown',
    severity: alert.source === 'cloudwatch' ? 'P2' : 'P3',
    incidentClass: 'system',
    title: null,
    runbook: null,
    opensOnNoData: false,
  };
}

interface Claimed {
  /** The place of the pattern among all: the lowest that matches decides. */
  readonly order: number;
  readonly pattern: string;
  readonly service: Service;
  readonly rule: AlarmRule;
}

/** Patterns without `*` are looked up, only the others are tried one by one. */
interface RuleIndex {
  readonly exact: ReadonlyMap<string, Claimed>;
  readonly globs: readonly Claimed[];
}

/** By the list itself: it is replaced as a whole when the files are read again. */
const indexes = new WeakMap<readonly Service[], RuleIndex>();

function indexOf(services: readonly Service[]): RuleIndex {
  const known = indexes.get(services);
  if (known) return known;

  const claims = services
    .flatMap((service) => service.rules.flatMap((rule) => rule.match.map((pattern) => ({ pattern, service, rule }))))
    .map((claim, order) => ({ ...claim, order }));
  const exact = new Map<string, Claimed>();
  for (const claim of claims) {
    if (!claim.pattern.includes('*') && !exact.has(claim.pattern)) exact.set(claim.pattern, claim);
  }
  const index = { exact, globs: claims.filter(({ pattern }) => pattern.includes('*')) };
  indexes.set(services, index);
  return index;
}

function ruleFor(name: string, { exact, globs }: RuleIndex): Claimed | undefined {
  const named = exact.get(name);
  const matched = globs.find(
    ({ order, pattern }) => order < (named?.order ?? Number.POSITIVE_INFINITY) && globMatches(pattern, name),
  );
  return matched ?? named;
}

/** `*` matches any run of characters (also none), everything else itself. Linear in the text, whatever the pattern. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return first === text;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;

  let from = first.length;
  const until = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > until) return false;
    from = at + part.length;
  }
  return true;
}

/** The environment that a rule finds for an alert: by a label, else a dimension of its metric. */
function environmentOf(rule: EnvironmentRule, { labels, measurement }: Alert): string {
  if (rule.kind === 'fixed') return rule.name;
  const value = labels[rule.label] ?? measurement?.dimensions.find(({ name }) => name === rule.label)?.value;
  if (value === undefined) return rule.otherwise;
  const known = Object.entries(rule.values);
  if (known.length === 0) return /^[a-z][a-z0-9-]{0,30}$/.test(value) ? value : rule.otherwise;
  return known.find(([pattern]) => globMatches(pattern, value))?.[1] ?? rule.otherwise;
}
