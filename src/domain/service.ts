import type { Alert } from './alert.ts';
import type { IncidentClass, Severity } from './severity.ts';

/** A page that somebody will want during an incident. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** Which alarms a service owns and what they mean. The first rule that matches decides. */
export interface AlarmRule {
  /** Alarm names; `*` matches any run of characters, everything else itself. Case matters, as it does in CloudWatch. */
  readonly match: readonly string[];
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly environment: string;
  /** What a person reads instead of the alarm's name. */
  readonly title: string | null;
  readonly runbook: string | null;
  /** Whether "not enough data" is a reason to open an incident. */
  readonly opensOnNoData: boolean;
}

/** What happens when every alarm of an incident has recovered. */
export interface RecoveryPolicy {
  /** `resolve` by itself, or `ask` the owner to resolve with a closing note. */
  readonly end: 'resolve' | 'ask';
  /** How long the recovery is watched before it counts, in ms. */
  readonly watchMs: number;
}

/** One file in `services/`: the unit of configuration. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** The team, as shown on the card. */
  readonly owner: string;
  /** Slack channel id where cards are posted. */
  readonly channel: string;
  /** Slack user ids (`U…`) and user-group ids (`S…`) that may act; empty means everybody who can see the channel. */
  readonly responders: readonly string[];
  /** Takes alarms that no service knows, and the notices to operators. */
  readonly fallback: boolean;
  readonly rules: readonly AlarmRule[];
  readonly links: readonly Link[];
  /** An alarm this soon after the last one joins the open incident, in ms. */
  readonly groupingMs: number;
  /** A resolved incident whose alarm fires again this soon is reopened, in ms. */
  readonly reopenMs: number;
  readonly recovery: RecoveryPolicy;
}

/** Where an alert belongs and what the service file says about it. */
export interface Route {
  readonly service: Service;
  readonly environment: string;
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
  if (owner) return { service: owner.service, ...owner.rule };
  const service = services.find((candidate) => candidate.fallback) ?? services[0];
  if (!service) throw new Error('No service is configured, so there is no channel for any alarm.');
  return {
    service,
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
