import type { Redis } from 'ioredis';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { GapNotice, HandOffNotice } from '../../src/app/on-call.ts';
import type { Result } from '../../src/domain/result.ts';
import type { Rotation } from '../../src/domain/rotation.ts';
import type { Service } from '../../src/domain/service.ts';
import { createGuardedFetch } from '../../src/probes/guarded-fetch.ts';
import { createOnCallDesk } from '../../src/rotas/desk.ts';
import type { UserGroups } from '../../src/rotas/user-groups.ts';
import { createKeys } from '../../src/store/keys.ts';
import { service } from '../domain/given.ts';
import { rotation, T0 } from '../oncall/given.ts';

export const ROTATION = 'shop/payments';

export interface Clock {
  now(): number;
  set(at: number): void;
}

export function clockAt(start = T0): Clock {
  let now = start;
  return {
    now: () => now,
    set(at) {
      now = at;
    },
  };
}

/** A Slack that keeps user groups. */
export function groupsWith(
  members: string[],
): UserGroups & { members_: string[]; asked: string[]; refuses: Error | null } {
  const groups = {
    members_: members,
    asked: [] as string[],
    refuses: null as Error | null,
    async members() {
      groups.asked.push('list');
      if (groups.refuses) throw groups.refuses;
      return groups.members_;
    },
    async replace(_group: string, wanted: readonly string[]) {
      groups.asked.push('update');
      if (groups.refuses) throw groups.refuses;
      groups.members_ = [...wanted];
    },
  };
  return groups;
}

export interface Told {
  readonly handOffs: HandOffNotice[];
  readonly gaps: GapNotice[];
  readonly operators: string[];
}

/** What people and operators are told, by however many processes. */
export function listening(): Told {
  return { handOffs: [], gaps: [], operators: [] };
}

interface Given {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly told: Told;
  readonly rotation?: Rotation;
  readonly groups?: UserGroups;
  /** How messages fail. */
  readonly trouble?: () => Error | null;
}

/** One process of Tocsin as far as on call goes. */
export function processWith({ redis, clock, told, groups = groupsWith([]), trouble = () => null, ...given }: Given) {
  let services = servicesOf(given.rotation ?? rotation());
  const failing = () => {
    const error = trouble();
    if (error) throw error;
  };
  const desk = createOnCallDesk({
    redis,
    keys: createKeys(),
    services: () => services,
    now: clock.now,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    async tellHandOff(notice) {
      failing();
      told.handOffs.push(notice);
    },
    async tellGap(notice) {
      failing();
      told.gaps.push(notice);
    },
    async tellOperators(_cause, text) {
      told.operators.push(text);
    },
    userGroups: groups,
    fetch: createGuardedFetch(),
  });
  return {
    ...desk,
    /** The sweep comes by twice: what one chore leaves to another is done then. */
    async sweep() {
      for (let round = 0; round < 2; round++) for (const { run } of desk.chores) await run();
    },
    takeFiles(...changed: Rotation[]) {
      services = servicesOf(...changed);
    },
  };
}

function servicesOf(...rotations: Rotation[]): readonly Service[] {
  return [service('shop', { rotations: Object.fromEntries(rotations.map((one) => [one.name, one])) })];
}

export function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.rejection.message);
  return result.value;
}

/** The words of a refusal. */
export function refusalOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('That was not refused.');
  return result.rejection.message;
}

export const AWAY = new TransientError('Slack could not be reached', { cause: null });
export const NO_PLAN = new SetupError('the plan of this Slack workspace has no user groups.');
