import { decideAlarms } from './alarms.ts';
import { answerDue } from './answer-time.ts';
import { apply } from './apply.ts';
import { withDeadlines } from './deadline-advised.ts';
import type { Decision } from './decide.ts';
import { type Actor, type Opened, TOCSIN } from './incident.ts';
import type { AlertChange, KnownAlert } from './member.ts';
import { withPages } from './paging.ts';
import type { Route } from './route.ts';
import type { Service } from './service.ts';
import type { IncidentClass, Severity } from './severity.ts';

const DAY_MS = 86_400_000;

/** A change with the route that was found for it. */
export interface RoutedChange extends AlertChange {
  readonly route: Pick<Route, 'service' | 'rule' | 'environment' | 'incidentClass'>;
}

/**
 * Opens an incident for alarms that found none to join. At least one of the changes must be a reason to open. The worst of them
 * says what it is called, what class it has and by when somebody must answer.
 */
export function openForAlarms(
  id: string,
  changes: readonly RoutedChange[],
  known: ReadonlyMap<string, KnownAlert>,
  now: number,
): Decision {
  const reasons = changes
    .filter(({ alert }) => alert.state !== 'recovered')
    .sort((a, b) => a.severity.localeCompare(b.severity));
  const worst = reasons[0] ?? changes[0];
  if (!worst) throw new Error('An incident needs an alarm to open it.');

  const counted = reasons.length > 0 ? reasons : changes;
  const receivedAt = Math.min(...counted.map(({ alert }) => alert.receivedAt));
  const { service, rule, environment, incidentClass } = worst.route;
  const opened: Opened = {
    ...fromService(id, service, now),
    answerDue: answerDue(service, rule, receivedAt),
    environment,
    title: worst.title ?? worst.alert.name,
    summary: '',
    severity: worst.severity,
    incidentClass,
    by: TOCSIN,
    firedAt: plausibleStart(Math.min(...reasons.map(({ alert }) => alert.changedAt)), receivedAt),
    receivedAt,
    drill: false,
  };
  const { events, alerts } = decideAlarms(apply(null, opened), changes, known, now);
  return withPages(null, withDeadlines(null, { events: [opened, ...events], alerts }), now);
}

export interface Declaration {
  readonly by: Actor;
  readonly environment: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly drill: boolean;
  /** The name of a runbook of the service. */
  readonly runbook?: string | null;
}

/** Opens an incident that a person declares. It begins now: nobody knows better. */
export function openDeclared(id: string, service: Service, declaration: Declaration, now: number): Decision {
  const opened: Opened = { ...fromService(id, service, now), ...declaration, firedAt: now, receivedAt: now };
  return withPages(null, { events: [opened], alerts: [] }, now);
}

function fromService(id: string, service: Service, now: number) {
  return {
    type: 'opened' as const,
    at: now,
    id,
    service: service.name,
    serviceTitle: service.title,
    team: service.owner,
    channel: service.channel,
    links: service.links,
    runbook: null,
    escalation: service.escalation,
    policy: { recovery: service.recovery, groupingMs: service.groupingMs, reopenMs: service.reopenMs },
    answerDue: answerDue(service, null, now),
  };
}

/**
 * When the trouble began, by the source's clock where that is believable: not in the future, and not more than a day
 * before the message came (a replayed or long-muted alarm would otherwise drown every average).
 */
function plausibleStart(changedAt: number, receivedAt: number): number {
  if (!Number.isFinite(changedAt) || changedAt > receivedAt || receivedAt - changedAt > DAY_MS) return receivedAt;
  return changedAt;
}
