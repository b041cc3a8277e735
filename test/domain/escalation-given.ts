import { begun, type Escalation, type Situation } from '../../src/domain/escalation.ts';
import { escalate } from '../../src/domain/escalation-due.ts';
import { type FollowedEvent, follow } from '../../src/domain/escalation-follow.ts';
import type { Path, Policy, Progress, Step, Target, Until, ValueCondition, Way } from '../../src/domain/policy.ts';
import type { Calendar } from '../../src/domain/service.ts';
import type { Severity } from '../../src/domain/severity.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Wednesday. */
export const T0 = Date.UTC(2026, 10, 25, 3, 0);
export const ANA = 'U0ANA';
export const BEN = 'U0BEN';
/** Monday to Friday, 9 to 17 in London, whose winter is UTC. */
export const OFFICE: Calendar = {
  zone: 'Europe/London',
  days: [1, 2, 3, 4, 5],
  from: 9 * 60,
  to: 17 * 60,
  holidays: [],
};

export const role = (name: string): Target => ({ kind: 'role', role: name });
export const person = (user: string): Target => ({ kind: 'person', user });
export const CHANNEL: Target = { kind: 'channel', channel: null };
export const DM: Way = { kind: 'dm' };
export const SMS: Way = { kind: 'sms' };
export const MAIL: Way = { kind: 'mail' };

export interface StepGiven {
  readonly after?: number;
  readonly notify?: readonly Target[];
  readonly via?: readonly Way[];
  readonly repeat?: { readonly every: number; readonly times: number };
  readonly until?: Until;
  readonly severities?: readonly Severity[];
  readonly hours?: Step['when']['hours'];
  readonly isFiring?: boolean;
  readonly value?: ValueCondition;
}

/** A step; its times are in minutes. */
export function step(id: string, given: StepGiven = {}): Step {
  return {
    id,
    level: id.split('/').at(-1)?.split('.')[0] ?? id,
    afterMs: (given.after ?? 0) * MINUTE,
    notify: given.notify ?? [role('on-call')],
    via: given.via ?? [DM, SMS],
    repeat: given.repeat ? { everyMs: given.repeat.every * MINUTE, times: given.repeat.times } : null,
    until: given.until ?? 'acknowledged',
    when: {
      severities: given.severities ?? [],
      hours: given.hours ?? 'any',
      isFiring: given.isFiring ?? false,
      value: given.value ?? null,
    },
  };
}

export const ANY: Path['scope'] = { severities: [], classes: [], rules: [], environments: [] };

export function path(steps: readonly Step[], more: Partial<Path> = {}): Path {
  return { name: 'page', scope: ANY, steps, end: null, ...more };
}

export function policy(paths: readonly Path[], more: Partial<Policy> = {}): Policy {
  return { paths, progress: null, calendar: OFFICE, rulePaging: {}, ...more };
}

/** Asked after half an hour, answered within ten minutes. */
export const ASKING: Progress = {
  askAfterMs: { P0: 30 * MINUTE, P1: 30 * MINUTE, P2: 30 * MINUTE },
  answerWithinMs: 10 * MINUTE,
  times: 3,
};

export const FIRED: Situation = {
  id: 'INC-7',
  status: 'triggered',
  severity: 'P1',
  incidentClass: 'system',
  environment: 'prod',
  owner: null,
  rules: ['latency'],
  paging: null,
  isFiring: true,
};

/** An incident that lives by a clock: what is said to it changes it, and `at` lets time pass and says what happened. */
export interface Watched {
  situation: Situation;
  escalation: Escalation;
  readonly told: FollowedEvent[];
  /** Wakes it at this minute. */
  at(minute: number): string[];
  /** Something happens at this minute; `to` is what it makes of the incident. */
  happens(minute: number, event: DistributiveOmit<FollowedEvent, 'at'>, to?: Partial<Situation>): Watched;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export function watched(of: Policy, more: Partial<Situation> = {}, from: number = T0): Watched {
  const situation = { ...FIRED, ...more };
  const told: FollowedEvent[] = [];
  const it: Watched = {
    situation,
    escalation: begun(of, situation, from),
    told,
    at(minute) {
      const events = escalate(of, it.escalation, it.situation, from + minute * MINUTE);
      for (const event of events) {
        if (event.type === 'unacknowledged') it.situation = { ...it.situation, status: 'triggered', owner: null };
        it.escalation = follow(of, it.escalation, event, it.situation);
        told.push(event);
      }
      return events.map(words);
    },
    happens(minute, event, to = {}) {
      it.situation = { ...it.situation, ...to };
      const full = { ...event, at: from + minute * MINUTE } as FollowedEvent;
      it.escalation = follow(of, it.escalation, full, it.situation);
      told.push(full);
      return it;
    },
  };
  return it;
}

/** One line for an event: `L2 → role:lead`. */
export function words(event: FollowedEvent): string {
  switch (event.type) {
    case 'page_due': {
      const targets = event.notify.map(nameOf).join(', ');
      const again = event.repeat > 0 ? ` again (${event.repeat})` : '';
      return `${event.level}${again} → ${targets}${event.except === null ? '' : ` but not ${event.except}`}`;
    }
    case 'page_passed':
      return `${event.level} passed`;
    case 'asked_owner':
      return `${event.owner} is asked`;
    case 'unacknowledged':
      return `${event.owner} has it no more`;
    default:
      return event.type;
  }
}

function nameOf(target: Target): string {
  switch (target.kind) {
    case 'person':
      return target.user;
    case 'role':
      return target.role;
    case 'rotation':
      return target.rotation;
    case 'group':
      return target.group ?? `!${target.alias}`;
    case 'channel':
      return target.channel ?? 'the channel';
    case 'stakeholders':
      return 'all stakeholders';
  }
}
