import type { Expectation } from './query.ts';
import type { Calendar, Paging } from './service.ts';
import { type IncidentClass, SEVERITIES, type Severity } from './severity.ts';

/** Who is told. Roles, rotations and groups become people when a page is sent, never before. */
export type Target =
  | { readonly kind: 'person'; readonly user: string }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'rotation'; readonly rotation: string }
  /** A Slack user group, by its id or, where the plan has none, by an alias that is written `!oncall`; at least one of them. */
  | { readonly kind: 'group'; readonly group: string | null; readonly alias: string | null }
  /** A channel gets a message without a mention; `null` is the incident's own. */
  | { readonly kind: 'channel'; readonly channel: string | null }
  /** Everybody whom the roles of the service name, user groups included. */
  | { readonly kind: 'stakeholders' };

/**
 * How somebody is told. `mention` is in the incident's channel; `sms`, `call` and `mail` go to the address of whoever is meant; the
 * others have an address of their own. It may be `${NAME}` of an environment variable, which is read when the page is sent: no
 * secret is frozen into an incident.
 */
export type Way =
  | { readonly kind: 'mention' | 'dm' | 'sms' | 'call' | 'mail' }
  | { readonly kind: 'sns' | 'pagerduty' | 'webhook'; readonly to: string };

const WAKING: ReadonlySet<Way['kind']> = new Set(['mention', 'dm', 'sms', 'call', 'sns', 'pagerduty']);

/** Something that is true of a value, and has been for so long. */
export interface ValueCondition {
  readonly query: string;
  readonly expect: Expectation;
  readonly forMs: number;
}

/** What ends a step. Whatever it says, the end of the incident ends it too. */
export type Until = 'acknowledged' | 'mitigated' | 'resolved' | ValueCondition;

/** How often something happens again: at most `times` times. */
export interface Repeat {
  readonly everyMs: number;
  readonly times: number;
}

/** One thing to do when its time has come, its conditions hold and nothing has ended it. */
export interface Step {
  /** Of one policy: `page/L2.1` is the first step of level L2 in the path `page`. */
  readonly id: string;
  /** What people call it: `L1`. */
  readonly level: string;
  /** How far the clock of the incident must have gone, in ms; of a step that is bound to working hours, working time. */
  readonly afterMs: number;
  readonly notify: readonly Target[];
  /** Tried in this order until one works. */
  readonly via: readonly Way[];
  readonly repeat: Repeat | null;
  readonly until: Until;
  readonly when: {
    /** Empty: any. */
    readonly severities: readonly Severity[];
    readonly hours: 'any' | 'working' | 'outside';
    /** Only while an alarm of the incident is firing. */
    readonly isFiring: boolean;
    readonly value: ValueCondition | null;
  };
}

/** Which incidents a path is for; an empty list means any. */
export interface Scope {
  readonly severities: readonly Severity[];
  readonly classes: readonly IncidentClass[];
  /** Ids of alarm rules. */
  readonly rules: readonly string[];
  readonly environments: readonly string[];
}

/** Steps that belong together, by time. Every path that fits is gone. */
export interface Path {
  readonly name: string;
  readonly scope: Scope;
  readonly steps: readonly Step[];
  /** What comes after its last step, to the people of that step and the channel; `null`: nothing. */
  readonly end: Repeat | null;
}

/** When somebody who has acknowledged is asked how it goes. */
export interface Progress {
  /** After so long without a sign of work, in ms; a severity that is not here is not asked about. */
  readonly askAfterMs: Readonly<Partial<Record<Severity, number>>>;
  /** Who has not answered by then has it no more, in ms. */
  readonly answerWithinMs: number;
  /** How often somebody is asked at most. */
  readonly times: number;
}

/** Whom an incident of a service wakes and when. Frozen when the incident opens: editing the file never moves a running incident. */
export interface Policy {
  readonly paths: readonly Path[];
  readonly progress: Progress | null;
  readonly calendar: Calendar;
  /** Whom rules wake whatever the severity, by their ids; a rule that is not here leaves it to the severity. */
  readonly rulePaging: Readonly<Record<string, Paging>>;
}

/** Whether a step may wake somebody; messages to channels, mail and webhooks wake nobody. */
export function wakes({ notify, via }: Pick<Step, 'notify' | 'via'>): boolean {
  return notify.some(({ kind }) => kind !== 'channel') && via.some(({ kind }) => WAKING.has(kind));
}

/** The severities that a step of a path is for, the worst first. */
export function severitiesOf(scope: Pick<Scope, 'severities'>, { when }: Pick<Step, 'when'>): Severity[] {
  const isIn = (list: readonly Severity[], one: Severity) => list.length === 0 || list.includes(one);
  return SEVERITIES.filter((one) => isIn(scope.severities, one) && isIn(when.severities, one));
}

/** A name for a target that is the same wherever the policy means the same. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'person':
      return `person:${target.user}`;
    case 'role':
      return `role:${target.role}`;
    case 'rotation':
      return `rotation:${target.rotation}`;
    case 'group':
      return `group:${target.group ?? `!${target.alias}`}`;
    case 'channel':
      return `channel:${target.channel ?? ''}`;
    case 'stakeholders':
      return 'stakeholders';
  }
}

/** A name for what a condition asks of a value; how long it must hold is no part of it. */
export function conditionKey({ query, expect }: Pick<ValueCondition, 'query' | 'expect'>): string {
  if (expect.kind === 'text') return `${query} equals ${expect.equals}`;
  return `${query} ${expect.direction} ${expect.limit}${expect.inclusive ? ' or equal' : ''}`;
}

/** The conditions of one step. */
export function conditionsOf({ until, when }: Pick<Step, 'until' | 'when'>): ValueCondition[] {
  return [until, when.value].filter((one) => one !== null && typeof one === 'object');
}
