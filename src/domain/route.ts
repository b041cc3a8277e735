import type { Alert, AlertSource } from './alert.ts';
import { globMatches } from './glob.ts';
import { claimFor, labelOf } from './rule-index.ts';
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

/** What these send need not be an alarm at all, so that one which nobody claims is advice; any other is a warning. */
const ADVICE: ReadonlySet<AlertSource> = new Set(['sns', 'eventbridge']);

/**
 * Finds the service that owns an alert: the first matching rule of the first service, in the order given. An alarm that
 * nobody knows goes to the fallback service (else the first one) as P2: it is never dropped.
 */
export function route(alert: Alert, services: readonly Service[]): Route {
  const claim = claimFor(alert, services);
  if (claim) {
    const { service, rule } = claim;
    const { severity, incidentClass, title, runbook, opensOnNoData } = rule;
    const environment = environmentOf(rule.environment, alert);
    return { service, environment, rule, severity, incidentClass, title, runbook, opensOnNoData };
  }
  const service = services.find((candidate) => candidate.fallback) ?? services[0];
  if (!service) throw new Error('No service is configured, so there is no channel for any alarm.');
  return {
    service,
    rule: null,
    environment: 'unknown',
    severity: ADVICE.has(alert.source) ? 'P3' : 'P2',
    incidentClass: 'system',
    title: null,
    runbook: null,
    opensOnNoData: false,
  };
}

/** What a label may say to be an environment by itself. */
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,30}$/;

/** The environment that a rule finds for an alert: by a label, else a dimension of its metric; `alertname` is its name. */
function environmentOf(rule: EnvironmentRule, alert: Alert): string {
  if (rule.kind === 'fixed') return rule.name;
  const value = labelOf(alert, rule.label);
  if (value === null) return rule.otherwise;
  const known = Object.entries(rule.values);
  if (known.length === 0) return ENVIRONMENT.test(value) ? value : rule.otherwise;
  return known.find(([pattern]) => globMatches(pattern, value))?.[1] ?? rule.otherwise;
}
