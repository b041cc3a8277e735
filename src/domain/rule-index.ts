import type { Alert } from './alert.ts';
import { globMatches } from './glob.ts';
import { type AlarmRule, type Service, type Signal, signalKey } from './service.ts';

/** One pattern of one rule. */
export interface Claim {
  /** The place of the pattern among all: the lowest that matches decides. */
  readonly order: number;
  readonly pattern: string;
  readonly service: Service;
  readonly rule: AlarmRule;
}

/**
 * The first claim on an alert, in the order of the services, their rules and the patterns of these. The silence of a signal belongs to
 * the service that expects it, whatever the rules say.
 */
export function claimFor(alert: Alert, services: readonly Service[]): Claim | null {
  const index = indexOf(services);
  if (alert.source === 'signal') return index.signals.get(alert.key) ?? null;

  let first: Claim | null = null;
  for (const trait of traitsOf(alert)) first = earlier(first, index.byTrait.get(trait), alert);
  return earlier(first, index.others, alert);
}

/** Claims are looked up by one thing that the alert must be exactly; only those that name no such thing are tried one by one. */
interface RuleIndex {
  readonly byTrait: ReadonlyMap<string, readonly Claim[]>;
  readonly others: readonly Claim[];
  readonly signals: ReadonlyMap<string, Claim>;
}

/** By the list itself: it is replaced as a whole when the files are read again. */
const indexes = new WeakMap<readonly Service[], RuleIndex>();

function indexOf(services: readonly Service[]): RuleIndex {
  const known = indexes.get(services);
  if (known) return known;

  const claims = services
    .flatMap((service) => service.rules.flatMap((rule) => rule.match.map((pattern) => ({ pattern, service, rule }))))
    .map((claim, order) => ({ ...claim, order }));
  const byTrait = Map.groupBy(claims, traitOf);
  const index = { byTrait, others: byTrait.get(NONE) ?? [], signals: signalsOf(services) };
  indexes.set(services, index);
  return index;
}

/** Whichever is the first of two: what was found, or what matches of a list in order. */
function earlier(found: Claim | null, claims: readonly Claim[] | undefined, alert: Alert): Claim | null {
  for (const claim of claims ?? []) {
    if (found && claim.order > found.order) return found;
    if (matches(claim, alert)) return claim;
  }
  return found;
}

function matches({ pattern, rule: { when } }: Claim, alert: Alert): boolean {
  const { source, measurement } = alert;
  return (
    globMatches(pattern, alert.name) &&
    (when.source === null || when.source === source) &&
    fits(when.namespace, measurement?.namespace ?? null) &&
    fits(when.metric, measurement?.metric ?? null) &&
    Object.entries(when.labels).every(([name, wanted]) => fits(wanted, labelOf(alert, name)))
  );
}

/** What an alert does not have fits no condition, also not `*`. */
function fits(wanted: string | null, found: string | null): boolean {
  return wanted === null || (found !== null && globMatches(wanted, found));
}

/** A label or tag of an alert, else a dimension of its metric; `alertname` is its name where nothing else is called so. */
export function labelOf({ labels, measurement, name: alertName }: Alert, name: string): string | null {
  if (Object.hasOwn(labels, name)) return labels[name] ?? null;
  const dimension = measurement?.dimensions.find((one) => one.name === name)?.value;
  return dimension ?? (name === 'alertname' ? alertName : null);
}

type Trait = 'name' | 'metric' | 'namespace' | 'source' | `label ${string}`;

const trait = (of: Trait, value: string) => `${of} ${value}`;

/** Of a claim that wants nothing exactly. No trait is empty. */
const NONE = '';

/** The most telling thing that a claim wants exactly: most rules have a name, a metric, or a label. */
function traitOf({ pattern, rule: { when } }: Claim): string {
  const wanted: [Trait, string | null][] = [
    ['name', pattern],
    ['metric', when.metric],
    ...Object.entries(when.labels).map(([name, value]): [Trait, string] => [`label ${name}`, value]),
    ['namespace', when.namespace],
    ['source', when.source],
  ];
  for (const [of, value] of wanted) if (value !== null && !value.includes('*')) return trait(of, value);
  return NONE;
}

/** All that a claim might be looked up by. */
function traitsOf({ name, source, labels, measurement }: Alert): string[] {
  const traits = [trait('name', name), trait('source', source), trait('label alertname', name)];
  for (const [label, value] of Object.entries(labels)) traits.push(trait(`label ${label}`, value));
  if (!measurement) return traits;
  const { metric, namespace, dimensions } = measurement;
  if (metric !== null) traits.push(trait('metric', metric));
  if (namespace !== null) traits.push(trait('namespace', namespace));
  for (const dimension of dimensions) traits.push(trait(`label ${dimension.name}`, dimension.value));
  return traits;
}

function signalsOf(services: readonly Service[]): Map<string, Claim> {
  const claims = services.flatMap((service) =>
    service.signals.map((signal): [string, Claim] => [
      signalKey(service.name, signal),
      { order: 0, pattern: signal.name, service, rule: ruleOf(signal) },
    ]),
  );
  return new Map(claims);
}

/** A signal says of its own silence what a rule says of an alarm. */
function ruleOf({ name, severity, incidentClass, environment, title, runbook }: Signal): AlarmRule {
  return {
    id: `signals.${name}`,
    match: [name],
    when: { source: 'signal', namespace: null, metric: null, labels: {} },
    severity,
    incidentClass,
    environment: { kind: 'fixed', name: environment },
    title,
    runbook,
    opensOnNoData: false,
    grades: null,
    paging: null,
    answerWithin: null,
    evidence: [],
  };
}
