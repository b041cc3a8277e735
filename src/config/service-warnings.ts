import { globMatches } from '../domain/glob.ts';
import { type AlarmRule, PAGING, type Service } from '../domain/service.ts';
import type { Severity } from '../domain/severity.ts';

/** What is allowed and yet probably not meant, one sentence each. The order of the services is the order in which they are asked. */
export function warningsOf(services: readonly Service[]): string[] {
  return [
    ...withoutFallback(services),
    ...takesEverything(services),
    ...deadPatterns(services),
    ...sharedSignals(services),
    ...pagesNobody(services),
    ...openToAll(services),
  ];
}

function withoutFallback(services: readonly Service[]): string[] {
  const [first] = services;
  if (!first || services.some(({ fallback }) => fallback)) return [];
  return [
    `No service is the fallback: alarms that match no rule, and notices to operators, go to ${first.name}, the first by name. ` +
      'Write `fallback: true` into the service that should have them.',
  ];
}

function openToAll(services: readonly Service[]): string[] {
  const open = services.filter(({ responders }) => responders.length === 0).map(({ name }) => name);
  if (open.length === 0) return [];
  return [
    `\`responders\` is empty in ${open.join(', ')}: everybody who can see the channel may act on the incidents of it.`,
  ];
}

/** Whoever calls something critical expects that somebody is woken by it. */
function pagesNobody(services: readonly Service[]): string[] {
  const silent = services.filter(({ escalation, rules, signals }) => {
    const severities = [
      ...rules.filter(({ paging }) => paging !== 'never').flatMap(severitiesOf),
      ...signals.map(({ severity }) => severity),
    ];
    return escalation === null && severities.some((severity) => PAGING[severity] === 'always');
  });
  if (silent.length === 0) return [];
  const names = silent.map(({ name }) => name).join(', ');
  return [
    `\`escalation\` is missing in ${names}: nobody is paged, whatever is P0 or P1 there. Write whom to tell, see docs/escalation.md.`,
  ];
}

function severitiesOf({ severity, grades }: AlarmRule): Severity[] {
  return [severity, ...(grades?.steps ?? []).map((step) => step.severity)];
}

interface Claim {
  readonly pattern: string;
  readonly service: Service;
  readonly rule: AlarmRule;
  readonly index: number;
}

/** A pattern is dead when one that is asked before it takes all that it could ever match. */
function deadPatterns(services: readonly Service[]): string[] {
  const claims = services.flatMap((service) => service.rules.flatMap((rule, index) => claimsOf(service, rule, index)));
  return claims.flatMap((claim, i) => {
    const taker = claims.slice(0, i).find((before) => takesAllOf(before, claim));
    return taker ? [conflict(claim, taker)] : [];
  });
}

function claimsOf(service: Service, rule: AlarmRule, index: number): Claim[] {
  return rule.match.map((pattern) => ({ pattern, service, rule, index }));
}

function takesAllOf(before: Claim, claim: Claim): boolean {
  return covers(before.pattern, claim.pattern) && isNoStricter(before.rule.when, claim.rule.when);
}

/** Whether everything that the second condition lets through, the first one does as well. */
function isNoStricter(wide: AlarmRule['when'], narrow: AlarmRule['when']): boolean {
  const coversField = (pattern: string | null, other: string | null | undefined) =>
    pattern === null || (other != null && covers(pattern, other));
  return (
    (wide.source === null || wide.source === narrow.source) &&
    coversField(wide.namespace, narrow.namespace) &&
    coversField(wide.metric, narrow.metric) &&
    Object.entries(wide.labels).every(([name, pattern]) => coversField(pattern, narrow.labels[name]))
  );
}

function conflict(claim: Claim, taker: Claim): string {
  if (claim.service !== taker.service && claim.pattern === taker.pattern) {
    return `${taker.service.name} and ${claim.service.name} both claim ${claim.pattern}: ${taker.service.name} gets it, being asked first. Take it out of one.`;
  }
  const place = ({ service, rule }: Claim) => `${service.name} ${rule.id}`;
  const cure =
    claim.service === taker.service ? 'Put the narrower rule first.' : `Narrow the one in ${taker.service.name}.`;
  return `${place(claim)}: ${claim.pattern} can never match, ${taker.pattern} of ${place(taker)} takes it before. ${
    claim.pattern === taker.pattern ? 'Take it out of one.' : cure
  }`;
}

/** A character that no alarm name has, standing for "anything": only a `*` of the other pattern can take it. */
const ANYTHING = '\u0000';

function covers(wide: string, narrow: string): boolean {
  return globMatches(wide, narrow.replaceAll('*', ANYTHING));
}

/** A rule that asks for nothing leaves nothing to the services after it, and nothing to the fallback. */
function takesEverything(services: readonly Service[]): string[] {
  return services.flatMap(({ name, rules, fallback }) =>
    rules
      .filter(({ match, when }) => match.includes('*') && isNoStricter(when, NO_CONDITION))
      .flatMap(({ id }) =>
        fallback
          ? []
          : [
              `${name} ${id}: takes every alarm of every service that is asked after ${name}. Write \`match\` or \`when\`.`,
            ],
      ),
  );
}

const NO_CONDITION: AlarmRule['when'] = { source: null, namespace: null, metric: null, labels: {} };

/** What speaks for one service would count for the other as well. */
function sharedSignals(services: readonly Service[]): string[] {
  const all = services.flatMap(({ name, signals }) => signals.map((signal) => ({ service: name, ...signal })));
  return all.flatMap(({ service, name, environment }, i) => {
    const before = all.slice(0, i).find((one) => one.name === name && one.environment === environment);
    if (!before || before.service === service) return [];
    return [
      `${before.service} and ${service} both expect the signal ${name} in ${environment}: one event speaks for both. Give each its own name.`,
    ];
  });
}
