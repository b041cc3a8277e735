import type { Alert, AlertState } from '../../src/domain/alert.ts';
import { apply } from '../../src/domain/apply.ts';
import { type Command, decide } from '../../src/domain/decide.ts';
import type { ClosingNote, Incident, IncidentEvent, Status } from '../../src/domain/incident.ts';
import type { AlertChange, KnownAlert } from '../../src/domain/member.ts';
import { openForAlarms } from '../../src/domain/open.ts';
import type { Route } from '../../src/domain/route.ts';
import type { AlarmRule, Service } from '../../src/domain/service.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { BY_RULE, PLAIN_ALERT, PLAIN_RULE, PLAIN_SERVICE } from '../support/plain.ts';

export const T0 = Date.UTC(2026, 10, 22, 3, 0);
export const MINUTE = 60_000;
export const ANA = 'U0ANA';
export const BEN = 'U0BEN';
export const NOTE: ClosingNote = { symptoms: 'slow', cause: 'memory', fix: 'rollback', followUps: '' };

export function alert(name: string, state: AlertState, changedAt: number, more: Partial<Alert> = {}): Alert {
  return {
    ...PLAIN_ALERT,
    key: `cw:1:111122223333/eu-central-1/${name}`,
    source: 'cloudwatch',
    name,
    state,
    changedAt,
    receivedAt: changedAt + 1_000,
    reason: 'Threshold Crossed',
    description: null,
    account: '111122223333',
    region: 'eu-central-1',
    measurement: null,
    children: [],
    labels: {},
    url: null,
    ...more,
  };
}

export function change(name: string, state: AlertState, changedAt: number, severity: Severity = 'P2'): AlertChange {
  return { alert: alert(name, state, changedAt), severity, title: null, runbook: null, ruling: BY_RULE, dwellMs: null };
}

export function rule(match: string, more: Partial<AlarmRule> = {}): AlarmRule {
  return {
    ...PLAIN_RULE,
    match: [match],
    severity: 'P2',
    incidentClass: 'system',
    environment: { kind: 'fixed', name: 'prod' },
    title: null,
    runbook: null,
    opensOnNoData: false,
    ...more,
  };
}

export function service(name: string, more: Partial<Service> = {}): Service {
  return {
    ...PLAIN_SERVICE,
    name,
    title: name,
    owner: 'ML platform',
    channel: `C0${name.toUpperCase()}`,
    responders: [],
    fallback: false,
    rules: [rule(`${name}-*`)],
    links: [],
    groupingMs: 10 * MINUTE,
    reopenMs: 30 * MINUTE,
    recovery: { end: 'ask', watchMs: 5 * MINUTE },
    ...more,
  };
}

export function routeTo(owner: Service): Route {
  const first = owner.rules[0] ?? rule('*');
  return { ...first, service: owner, rule: first, environment: 'prod' };
}

/** The known alarms after a decision, for the next one. */
export type Known = Map<string, KnownAlert>;

export interface Story {
  incident: Incident;
  readonly events: IncidentEvent[];
  readonly known: Known;
}

/** An incident that one alarm, `bikeshare-latency`, has just opened at `T0`. */
export function opened(more: Partial<Service> = {}, severity: Severity = 'P2'): Story {
  const known: Known = new Map();
  const owner = service('bikeshare', more);
  const first = change('bikeshare-latency', 'firing', T0 - 1_000, severity);
  const { events, alerts } = openForAlarms('INC-1', [{ ...first, route: routeTo(owner) }], known, T0);
  for (const one of alerts) known.set(one.key, one);
  return { incident: replay(events), events: [...events], known };
}

/** Decides and applies; a refusal is a failure of the test. */
export function happens(story: Story, command: Command, now: number): readonly IncidentEvent[] {
  const result = decide(story.incident, command, now);
  if (!result.ok) throw new Error(`${command.type} was refused: ${result.rejection.message}`);
  for (const one of result.value.alerts) story.known.set(one.key, one);
  story.incident = result.value.events.reduce<Incident>(apply, story.incident);
  story.events.push(...result.value.events);
  return result.value.events;
}

export function alarms(story: Story, ...changes: AlertChange[]): Command {
  return { type: 'alarms', changes, known: story.known };
}

export function replay(events: readonly IncidentEvent[]): Incident {
  const incident = events.reduce<Incident | null>(apply, null);
  if (!incident) throw new Error('There is no incident without events.');
  return incident;
}

/** An incident that has come to a status by the commands that people use. */
export function inStatus(status: Status): Story {
  const story = opened();
  const steps: Record<Status, Command[]> = {
    triggered: [],
    acknowledged: [{ type: 'acknowledge', by: ANA }],
    mitigated: [{ type: 'mitigate', by: ANA }],
    resolved: [{ type: 'resolve', by: ANA, seen: null, text: 'rolled back', note: null }],
    closed: [{ type: 'resolve', by: ANA, seen: null, text: 'rolled back', note: NOTE }],
  };
  for (const step of steps[status]) happens(story, step, T0 + MINUTE);
  return story;
}
