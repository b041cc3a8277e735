import { durationText } from '../../domain/duration.ts';
import { outlook, type Waiting } from '../../domain/escalation-outlook.ts';
import { situationOf } from '../../domain/escalation-situation.ts';
import { rulingOf } from '../../domain/grading.ts';
import { nearest } from '../../domain/nearest.ts';
import { openForAlarms, type RoutedChange } from '../../domain/open.ts';
import { conditionKey, type Step, type Target, type Until } from '../../domain/policy.ts';
import { ok, type Result, reject } from '../../domain/result.ts';
import type { AlarmRule, Service } from '../../domain/service.ts';
import type { Severity } from '../../domain/severity.ts';
import { whoIsOnCall } from '../../oncall/shifts.ts';
import { momentWords } from '../../oncall/words.ts';
import { opened, passed, type Story, type Telling } from './story.ts';
import { elapsedText, nameOf, wayWords } from './telling.ts';

export interface Shown {
  readonly service: string;
  readonly rule: string;
  /** `null`: as the rule has it. */
  readonly severity: Severity | null;
  /** When the alarm comes, epoch ms. */
  readonly at: number;
}

/** Longer than that nothing is looked at. */
const LOOKED_AT_MS = 14 * 86_400_000;

/** Who is told when by one alarm of a rule, if nobody does anything. */
export function timetable(
  { service: name, rule: id, severity, at }: Shown,
  services: readonly Service[],
): Result<string> {
  const service = services.find((one) => one.name === name);
  if (!service)
    return reject(
      'not_found',
      unknown(
        'service',
        name,
        services.map((one) => one.name),
      ),
    );
  const rule = service.rules.find((one) => one.id === id);
  if (!rule)
    return reject(
      'not_found',
      unknown(
        'rule',
        id,
        service.rules.map((one) => one.id),
      ),
    );
  if (!service.escalation) {
    return reject(
      'not_found',
      `${name} has no \`escalation\`: nobody is paged.`,
      `Write one into ${name}.yml, see docs/escalation.md.`,
    );
  }
  const begun = opened(service, openForAlarms('INC-1', [changeOf(service, rule, severity, at)], new Map(), at), {}, at);
  return ok(tableOf(service, begun, passed(begun, at + LOOKED_AT_MS)));
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `There is no ${what} ${name}. ${near === null ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`}`;
}

/** The alarm in its barest form: all that the policy asks of it is its rule. */
function changeOf(service: Service, rule: AlarmRule, severity: Severity | null, at: number): RoutedChange {
  const { environment, incidentClass, title, runbook } = rule;
  const judged = rulingOf(rule, { value: null, base: null }, at);
  return {
    alert: {
      key: `show:${rule.id}`,
      source: rule.when.source ?? 'event',
      name: rule.match[0] ?? rule.id,
      state: 'firing',
      changedAt: at,
      receivedAt: at,
      reason: '',
      description: null,
      account: null,
      region: null,
      measurement: null,
      children: [],
      labels: {},
      annotations: {},
      isReport: false,
      repeats: false,
      url: null,
    },
    severity: severity ?? judged.severity,
    ruling: judged.ruling,
    title,
    runbook,
    dwellMs: null,
    route: {
      service,
      rule,
      environment: environment.kind === 'fixed' ? environment.name : environment.otherwise,
      incidentClass,
    },
  };
}

function tableOf(service: Service, begun: Story, { told }: Story): string {
  const { incident, now: from } = begun;
  const { zone } = service.calendar;
  const rule = incident.members.shown[0]?.ruling.rule ?? '';
  const head = `${service.name}/${rule}: ${incident.severity} in ${incident.environment}, from ${momentWords(zone, from)} (${zone}) on, if nobody does anything`;
  const rows = told.map((event) => [
    elapsedText(event.at - from),
    momentWords(zone, event.at),
    ...(event.type === 'page_due' ? pageCells(service, event) : ['', '', '', '']),
  ]);
  const table = rows.length === 0 ? ['  nobody is told'] : aligned(rows);
  const others = waiting(begun);
  return [head, '', ...table, ...(others.length > 0 ? ['', 'And, when it is so:', ...others] : []), ''].join('\n');
}

function pageCells(
  service: Service,
  { at, step: id, level, repeat, notify, via }: Extract<Telling, { type: 'page_due' }>,
): string[] {
  const step = service.escalation?.paths.flatMap(({ steps }) => steps).find((one) => one.id === id);
  return [
    `${level}${repeat > 0 ? ' again' : ''}`,
    notify.map((target) => whoNow(service, target, at)).join(', '),
    notify.every(({ kind }) => kind === 'channel') ? '' : via.map(wayWords).join(', else '),
    step ? `unless ${untilWords(step.until)}` : '',
  ];
}

/** `on-call (U0ANA)`: who that is at the time, as far as this file and these variables say. */
function whoNow(service: Service, target: Target, at: number): string {
  const inRotation = (name: string) => {
    const rotation = service.rotations[name];
    const person = rotation && whoIsOnCall(rotation, [], at)?.person;
    return person === undefined ? [] : [person];
  };
  const name = nameOf(target);
  if (target.kind === 'rotation') return `${name} (${inRotation(target.rotation).join() || 'nobody'})`;
  if (target.kind !== 'role') return name;
  const role = service.roles[target.role];
  const group = role?.group ? [role.group.id ?? `!${role.group.alias}`] : [];
  const people = [...(role?.people ?? []), ...(role?.rotation ? inRotation(role.rotation) : []), ...group];
  return `${name} (${people.join(', ') || 'nobody'})`;
}

function untilWords(until: Until): string {
  return typeof until === 'string'
    ? until
    : `${conditionKey(until)}${until.forMs > 0 ? ` for ${durationText(until.forMs)}` : ''}`;
}

/** Steps that no time alone brings. */
function waiting({ incident, now }: Story): string[] {
  if (!incident.escalation) return [];
  const { policy, state } = incident.escalation;
  return aligned(
    outlook(policy, state, situationOf(incident, policy), now).flatMap(({ step, next }) => {
      const why = next.kind === 'waiting' ? waitingWords(next.for) : null;
      return why === null ? [] : [[step.id, step.notify.map(nameOf).join(', '), waysOf(step), why]];
    }),
  );
}

function waysOf({ via }: Step): string {
  return via.map(wayWords).join(', else ');
}

function waitingWords(waits: Waiting): string | null {
  switch (waits.kind) {
    case 'severity':
      return `for ${waits.severities.join(', ')}`;
    case 'value':
      return `when ${untilWords(waits.condition)}`;
    case 'wakes_nobody':
      return 'never: its severity wakes nobody';
    case 'never':
      return 'never at these hours';
    default:
      return null;
  }
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
