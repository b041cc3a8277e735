import type { Grade, GradedValue, Grades } from '../domain/grading.ts';
import type { Ask, Query } from '../domain/query.ts';
import type { Runbook, Step } from '../domain/runbook.ts';
import type { AlarmRule, Calendar, Environment, Role, Service, Signal } from '../domain/service.ts';
import type { AlarmEntry } from './file-alarms.ts';
import type { QueryEntry } from './file-queries.ts';
import type { RunbookEntry } from './file-runbooks.ts';
import type { ServiceFile } from './service-file.ts';
import { isUnset } from './service-variables.ts';
import { toAction, toAutoRule } from './to-action.ts';
import { expectationOf, limitOf } from './to-expectation.ts';
import { toPolicy } from './to-policy.ts';
import { toRotation } from './to-rotation.ts';
import { peopleIn, resolved, type Variables, variablesIn } from './variables.ts';

/** The service that a valid file describes. `variables` are what `${NAME}` stands for; one that is not there is no address. */
export function toService(name: string, file: ServiceFile, variables: Variables): Service {
  const calendar = toCalendar(file.calendar);
  const rules = file.alarms.map((rule, index) => toRule(rule, index, file));
  return {
    name,
    title: file.title ?? name,
    owner: file.owner,
    channel: file.channel,
    responders: file.responders,
    fallback: file.fallback,
    rules,
    links: file.links,
    groupingMs: file.grouping,
    reopenMs: file.reopen,
    recovery: { end: file.recovery.end, watchMs: file.recovery.watch },
    environments: mapped(file.environments, (one, environment) => toEnvironment(environment, one, variables)),
    calendar,
    severities: mapped(file.severities, (one) => ({
      answerWithin: one.answer_within ?? null,
      means: one.means ?? null,
    })),
    roles: mapped(file.roles, (role) => toRole(role, variables)),
    rotations: mapped(file.rotations, (one, rotation) => toRotation(rotation, one, calendar.zone, variables)),
    escalation: file.escalation ? toPolicy(file.escalation, { calendar, rules }) : null,
    queries: mapped(file.queries, (query, queryName) => toQuery(queryName, query)),
    actions: mapped(file.actions, (action, actionName) => toAction(actionName, action)),
    autopilot: file.autopilot.map(toAutoRule),
    runbooks: mapped(file.runbooks, (runbook, runbookName) => toRunbook(runbookName, runbook)),
    evidence: { show: file.evidence.show, graph: file.evidence.graph ?? null, lookBackMs: file.evidence.look_back },
    signals: file.signals.map(toSignal),
    changes: file.changes,
  };
}

function mapped<K extends string, A, B>(record: Readonly<Record<K, A>>, to: (value: A, key: K) => B): Record<K, B> {
  const entries = Object.entries(record) as [K, A][];
  return Object.fromEntries(entries.map(([key, value]) => [key, to(value, key)])) as Record<K, B>;
}

function toRole(
  { title, for: purpose, people, rotation, group, alias }: ServiceFile['roles'][string],
  variables: Variables,
): Role {
  const unset = people.flatMap(variablesIn).filter((one) => isUnset(one, variables));
  return {
    ...(unset.length > 0 && { unset: [...new Set(unset)] }),
    title,
    for: purpose ?? null,
    people: [...new Set(people.flatMap((one) => peopleIn(one, variables)))],
    rotation: rotation ?? null,
    group: group === undefined && alias === undefined ? null : { id: group ?? null, alias: alias ?? null },
  };
}

function toRule(rule: AlarmEntry, index: number, file: Pick<ServiceFile, 'queries' | 'actions'>): AlarmRule {
  const { environment } = rule;
  return {
    id: rule.id ?? `alarms[${index}]`,
    match: rule.match,
    when: {
      source: rule.when.source ?? null,
      namespace: rule.when.namespace ?? null,
      metric: rule.when.metric ?? null,
      labels: rule.when.labels,
    },
    severity: rule.severity,
    incidentClass: rule.class,
    environment:
      typeof environment === 'string'
        ? { kind: 'fixed', name: environment }
        : { kind: 'from', label: environment.from, values: environment.values, otherwise: environment.otherwise },
    title: rule.title ?? null,
    runbook: rule.runbook ?? null,
    opensOnNoData: rule.opens_on_no_data,
    grades: rule.grades ? toGrades(rule.grades, file) : null,
    paging: rule.page ?? null,
    answerWithin: rule.answer_within ?? null,
    evidence: rule.evidence,
  };
}

type GradesEntry = NonNullable<AlarmEntry['grades']>;

function toGrades(
  { label, value, relative_to: base, unit, steps, otherwise, dwell }: GradesEntry,
  { queries, actions }: Pick<ServiceFile, 'queries' | 'actions'>,
): Grades {
  const first = steps[0];
  return {
    value: toGradedValue(value),
    measure: label ?? measureOf(value, base !== undefined, queries),
    relativeTo:
      base === undefined ? null : typeof base === 'number' ? { kind: 'constant', value: base } : toGradedValue(base),
    unit: unit ?? (base === undefined ? unitOf(value, queries) : 'Percent'),
    direction: first?.above !== undefined || first?.at_least !== undefined ? 'above' : 'below',
    steps: steps.map((step) => toGrade(step, actions)),
    otherwise: otherwise ?? null,
    dwellMs: dwell,
  };
}

/** A query says it with its label; what is compared with a baseline is a difference, and said to be one. */
function measureOf(value: GradesEntry['value'], isRelative: boolean, queries: ServiceFile['queries']): string | null {
  if (value === 'measurement') return isRelative ? 'Difference from the baseline' : null;
  const name = 'annotation' in value ? value.annotation : (queries[value.query]?.label ?? value.query);
  return isRelative ? `${name} against its baseline` : name;
}

function unitOf(value: GradesEntry['value'], queries: ServiceFile['queries']): string | null {
  return typeof value === 'object' && 'query' in value ? (queries[value.query]?.unit ?? null) : null;
}

function toGradedValue(value: GradesEntry['value']): GradedValue {
  if (value === 'measurement') return { kind: 'measurement' };
  return 'annotation' in value ? { kind: 'annotation', name: value.annotation } : { kind: 'query', name: value.query };
}

function toGrade(step: GradesEntry['steps'][number], actions: ServiceFile['actions']): Grade {
  const { level, offer } = step;
  return {
    ...limitOf(step),
    severity: step.severity,
    advice: step.advice ?? null,
    dueMs: step.due ?? null,
    ...(level && { level }),
    ...(offer !== undefined && { offer: { action: offer, title: actions[offer]?.title ?? offer } }),
  };
}

function toEnvironment(name: string, file: ServiceFile['environments'][string], variables: Variables): Environment {
  const address = (text: string | undefined) => (text === undefined ? null : resolved(text, variables));
  const values = Object.entries(file.values).flatMap(([key, text]) => {
    const value = resolved(text, variables);
    return value === null ? [] : [[key, value] as const]; // one that is not set is missing, which is said where it is asked for
  });
  return {
    name,
    links: file.links,
    region: file.region ?? null,
    prometheus: address(file.prometheus),
    alertmanager: address(file.alertmanager),
    mlflow: address(file.mlflow),
    values: Object.fromEntries(values),
  };
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function toCalendar({ zone, days, from, to, holidays }: ServiceFile['calendar']): Calendar {
  return { zone, days: days.map((day) => WEEKDAYS.indexOf(day) + 1), from: minutes(from), to: minutes(to), holidays };
}

function minutes(time: string): number {
  const [hours, rest] = time.split(':');
  return Number(hours) * 60 + Number(rest);
}

function toQuery(name: string, query: QueryEntry): Query {
  return {
    name,
    label: query.label ?? name,
    unit: query.unit ?? null,
    ask: toAsk(query),
    expect: query.expect ? expectationOf(query.expect) : null,
  };
}

function toAsk({ cloudwatch, logs, prometheus, http, ...others }: QueryEntry): Ask {
  if (cloudwatch) {
    const metrics = mapped(cloudwatch.metrics, ({ period, ...metric }) => ({
      ...metric,
      periodSeconds: period / 1_000,
    }));
    return { kind: 'cloudwatch', metrics, expression: cloudwatch.expression ?? null };
  }
  if (logs) return { kind: 'logs', groups: logs.groups, query: logs.query, sinceMs: logs.since };
  if (prometheus) return { kind: 'prometheus', query: prometheus };
  if (http) return { kind: 'http', url: http.url, pick: http.pick ?? null };
  return toAskForState(others);
}

/** The schema wants exactly one kind. */
function toAskForState({
  mlflow,
  endpoint,
  s3,
  schedule,
}: Pick<QueryEntry, 'mlflow' | 'endpoint' | 's3' | 'schedule'>): Ask {
  if (mlflow) return { kind: 'mlflow', model: mlflow.model, alias: mlflow.alias ?? null, stage: mlflow.stage ?? null };
  if (endpoint) return { kind: 'endpoint', endpoint };
  if (s3) return { kind: 's3', ...s3 };
  return { kind: 'schedule', rule: schedule?.rule ?? '', bus: schedule?.bus ?? null };
}

function toRunbook(name: string, { title, url, causes, steps }: RunbookEntry): Runbook {
  return { name, title, url: url ?? null, causes, steps: steps.map(toStep) };
}

function toStep(step: RunbookEntry['steps'][number], index: number): Step {
  const { command } = step;
  return {
    id: step.id ?? String(index + 1),
    kind: step.do !== undefined ? 'do' : step.check !== undefined ? 'check' : 'action',
    text: step.do ?? step.check ?? step.action ?? '',
    commands: command === undefined ? {} : typeof command === 'string' ? { any: command } : command,
    phase: step.phase ?? null,
    query: step.query ?? null,
    action: step.run ?? null,
  };
}

function toSignal(signal: ServiceFile['signals'][number]): Signal {
  return {
    name: signal.name,
    everyMs: signal.every,
    graceMs: signal.grace,
    query: signal.query ?? null,
    severity: signal.severity,
    incidentClass: signal.class,
    environment: signal.environment,
    title: signal.title ?? `${signal.name} has not come`,
    runbook: signal.runbook ?? null,
  };
}
