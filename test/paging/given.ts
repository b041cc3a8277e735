import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { commitDecision } from '../../src/app/dispatch.ts';
import type { PageSender, Recipients, Sent } from '../../src/app/page-way.ts';
import type { Command } from '../../src/domain/decide.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import { openForAlarms } from '../../src/domain/open.ts';
import type { PageWay } from '../../src/domain/page.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { Role, Service } from '../../src/domain/service.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { createDeliveries, type DeliveriesDeps } from '../../src/paging/deliveries.ts';
import { createRunner } from '../../src/paging/runner.ts';
import { createTokens } from '../../src/paging/tokens.ts';
import { createTold } from '../../src/paging/told.ts';
import { createDueQueue } from '../../src/store/due-queue.ts';
import { translated } from '../../src/store/errors.ts';
import { clockAt, processOn } from '../app/given.ts';
import { change, routeTo, service } from '../domain/given.ts';

export const quiet = pino({ level: 'silent' });

export function roleOf(title: string, more: Partial<Role> = {}): Role {
  return { title, for: null, people: [], rotation: null, group: null, ...more };
}

/** One thing that went out. */
export interface Told {
  readonly way: PageWay;
  /** `INC-7/1/page/L1.1/0 role:on-call`, one for each notice of the message. */
  readonly ids: readonly string[];
  readonly incidents: readonly string[];
  readonly recipients: Recipients;
  readonly at: number;
}

/** Stands where people are told: keeps what it was given, and answers as it is asked to. */
export function postOffice(now: () => number) {
  const told: Told[] = [];
  let answer: (one: Told) => Promise<Sent> = async () => ({ ok: true, left: [] });
  const sender: PageSender = {
    async send(way, notices, recipients) {
      const ids = notices.map(({ id }) => id);
      const one = { way, ids, incidents: notices.map(({ incident }) => incident.id), recipients, at: now() };
      told.push(one);
      return await answer(one);
    },
  };
  return {
    told,
    sender,
    answers(how: typeof answer) {
      answer = how;
    },
    /** `dm U0ANA: INC-1 INC-2` */
    words: () =>
      told.map(({ way, recipients, incidents }) => `${way.kind} ${wordsOf(recipients)}: ${incidents.join(' ')}`),
  };
}

function wordsOf({ people, groups, channel }: Recipients): string {
  return (
    [...people, ...groups.map(({ id, alias }) => id ?? alias), channel].filter((one) => one != null).join(' ') ||
    'nobody'
  );
}

export const refused: Sent = { ok: false, why: 'it is away', isUsable: true };
export const impossible: Sent = { ok: false, why: 'no phone number is known', isUsable: false };

export interface WorldGiven {
  readonly policy: Policy;
  readonly service?: Partial<Service>;
}

/** Incidents of one service that page, in a real store, on a clock that one moves. */
export function incidentsOn(redis: Redis, { policy, service: more = {} }: WorldGiven, clock = clockAt()) {
  const roles = { 'on-call': roleOf('On-call engineer', { people: ['U0ANA'] }) };
  const services: Service[] = [service('bikeshare', { roles, escalation: policy, ...more })];
  const tocsin = processOn(redis, services, clock);
  const { keys, store, dispatch } = tocsin;
  const queue = translated(createDueQueue(redis, keys, keys.duePages));

  return {
    ...tocsin,
    redis,
    services,
    queue,
    /** An alarm opens `INC-<n>`, in an environment of its own. */
    async opens(n = 1, severity: Severity = 'P1'): Promise<Incident> {
      const [owner] = services;
      if (!owner) throw new Error('there is one service');
      const first = change(`bikeshare-${n}`, 'firing', clock.now() - 1_000, severity);
      const route = { ...routeTo(owner), environment: `e${n}` };
      const decision = openForAlarms(`INC-${n}`, [{ ...first, route }], new Map(), clock.now());
      const after = await commitDecision({ store, poke: () => {} }, null, decision, new Map());
      if (!after) throw new Error(`INC-${n} is there already`);
      return after;
    },
    async happens(n: number, command: Command): Promise<Incident> {
      const result = await dispatch(`INC-${n}`, command);
      if (!result.ok) throw new Error(result.rejection.message);
      return result.value;
    },
    async events<T extends IncidentEvent['type']>(n: number, type: T) {
      const all = await store.events(`INC-${n}`);
      return all.filter((event): event is Extract<IncidentEvent, { type: T }> => event.type === type);
    },
    due: () => redis.zrange(keys.duePages, '0', '-1'),
    load: (n: number) => store.load(`INC-${n}`),
  };
}
export type World = ReturnType<typeof incidentsOn>;

/** The pages' lane of one process. Not started yet. */
export function laneOf(world: World, sender: PageSender, more: Partial<DeliveriesDeps> = {}) {
  const { keys, redis, store, dispatch, clock, services, queue } = world;
  const now = clock.now;
  const counts: string[] = [];
  const senders = { dm: sender, mention: sender, post: sender, sms: sender, call: sender, mail: sender };
  const deps: DeliveriesDeps = {
    store,
    dispatch,
    queue,
    senders: { ...senders, sns: sender, pagerduty: sender, webhook: sender },
    services: () => services,
    onCall: { who: async () => null },
    tokens: createTokens(now),
    permalink: async () => null,
    told: translated(createTold(redis, keys, now)),
    counted: (way, outcome) => void counts.push(`${way} ${outcome}`),
    now,
    log: quiet,
    ...more,
  };
  const serve = createDeliveries(deps);
  return {
    counts,
    serve,
    runner: createRunner({ name: 'pages', queue: deps.queue, serve, lookMs: 200, now, log: quiet }),
  };
}
