import { globMatches } from '../domain/glob.ts';
import type { AlarmRule, Service } from '../domain/service.ts';

/** What is allowed and yet probably not meant, one sentence each. The order of the services is the order in which they are asked. */
export function warningsOf(services: readonly Service[]): string[] {
  return [...withoutFallback(services), ...deadPatterns(services), ...openToAll(services)];
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

interface Claim {
  readonly pattern: string;
  readonly service: Service;
  readonly index: number;
}

/** A pattern is dead when one that is asked before it takes all that it could ever match. */
function deadPatterns(services: readonly Service[]): string[] {
  const claims = services.flatMap((service) => service.rules.flatMap((rule, index) => claimsOf(service, rule, index)));
  return claims.flatMap((claim, i) => {
    const taker = claims.slice(0, i).find(({ pattern }) => covers(pattern, claim.pattern));
    return taker ? [conflict(claim, taker)] : [];
  });
}

function claimsOf(service: Service, { match }: AlarmRule, index: number): Claim[] {
  return match.map((pattern) => ({ pattern, service, index }));
}

function conflict(claim: Claim, taker: Claim): string {
  const place = ({ service, index }: Claim) => `${service.name} alarms[${index}]`;
  if (claim.service !== taker.service && claim.pattern === taker.pattern) {
    return `${taker.service.name} and ${claim.service.name} both claim ${claim.pattern}: ${taker.service.name} gets it, being asked first. Take it out of one.`;
  }
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
