import {
  type Path,
  type Policy,
  type Step,
  type Target,
  targetKey,
  type Until,
  type ValueCondition,
  type Way,
} from '../domain/policy.ts';
import type { Service } from '../domain/service.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { EscalationEntry, PathEntry, StepEntry, TargetEntry, ValueEntry, WayEntry } from './file-escalation.ts';

/** The policy that a valid part of a service file describes, for a service with this calendar and these rules. */
export function toPolicy(
  { paths, progress }: EscalationEntry,
  { calendar, rules }: Pick<Service, 'calendar' | 'rules'>,
): Policy {
  return {
    paths: paths.map(toPath),
    progress: progress
      ? { askAfterMs: toAskAfter(progress.ask_after), answerWithinMs: progress.answer_within, times: progress.times }
      : null,
    calendar,
    rulePaging: Object.fromEntries(rules.flatMap(({ id, paging }) => (paging === null ? [] : [[id, paging]]))),
  };
}

function toAskAfter(file: NonNullable<EscalationEntry['progress']>['ask_after']) {
  return Object.fromEntries(SEVERITIES.flatMap((one) => (file[one] === undefined ? [] : [[one, file[one]]])));
}

function toPath(file: PathEntry, index: number): Path {
  const name = file.name ?? `paths[${index}]`;
  return {
    name,
    scope: {
      severities: file.for.severity,
      classes: file.for.class,
      rules: file.for.rule,
      environments: file.for.environment,
    },
    steps: file.steps.map((step, i) => toStep(step, `${name}/${step.level}.${placeIn(file.steps, i)}`)),
    end: file.end === 'nothing' ? null : { everyMs: file.end.every, times: file.end.times },
  };
}

/** Its place among the steps of its level, from 1 on. */
function placeIn(steps: readonly StepEntry[], index: number): number {
  return steps.slice(0, index + 1).filter(({ level }) => level === steps[index]?.level).length;
}

function toStep(file: StepEntry, id: string): Step {
  const targets = file.notify.map(toTarget);
  return {
    id,
    level: file.level,
    afterMs: file.after,
    notify: targets.filter((one, i) => targets.findIndex((other) => targetKey(other) === targetKey(one)) === i),
    via: file.via.map(toWay),
    repeat: file.repeat ? { everyMs: file.repeat.every, times: file.repeat.times } : null,
    until: toUntil(file.until),
    when: {
      severities: file.when.severity,
      hours: file.when.hours,
      isFiring: file.when.still_firing,
      value: file.when.value ? toCondition(file.when.value) : null,
    },
  };
}

function toTarget(file: TargetEntry): Target {
  if (file === 'channel') return { kind: 'channel', channel: null };
  if (file === 'all stakeholders') return { kind: 'stakeholders' };
  if (typeof file === 'string') return { kind: 'role', role: file };
  if ('person' in file) return { kind: 'person', user: file.person };
  if ('rotation' in file) return { kind: 'rotation', rotation: file.rotation };
  if ('channel' in file) return { kind: 'channel', channel: file.channel };
  return { kind: 'group', group: file.group ?? null, alias: file.alias ?? null };
}

function toWay(file: WayEntry): Way {
  if (typeof file === 'string') return { kind: file };
  if ('sns' in file) return { kind: 'sns', to: file.sns };
  return 'pagerduty' in file ? { kind: 'pagerduty', to: file.pagerduty } : { kind: 'webhook', to: file.webhook };
}

function toUntil(file: StepEntry['until']): Until {
  return typeof file === 'string' ? file : toCondition(file);
}

function toCondition({ query, above, at_least, below, at_most, equals, for: forMs }: ValueEntry): ValueCondition {
  if (equals !== undefined) return { query, expect: { kind: 'text', equals }, forMs };
  const direction = above !== undefined || at_least !== undefined ? 'above' : 'below';
  const limit = above ?? at_least ?? below ?? at_most ?? 0; // the schema wants exactly one of them
  const inclusive = at_least !== undefined || at_most !== undefined;
  return { query, expect: { kind: 'number', direction, limit, inclusive }, forMs };
}
