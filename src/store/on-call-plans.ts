import type { ChainableCommander, Redis } from 'ioredis';
import type { CalendarState, CoverRequest } from '../app/on-call.ts';
import type { Override } from '../domain/rotation.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** What is known of a rotation besides its service file, as it was at one moment. */
export interface Plan {
  readonly rotation: string;
  /** Grows with every change of the overrides and the requests. */
  readonly revision: string;
  /** That people made. */
  readonly overrides: readonly Override[];
  readonly covers: readonly CoverRequest[];
  /** What its calendar said when it was last read. */
  readonly fromCalendar: readonly Override[];
  /** `null`: it was never tried. */
  readonly calendar: CalendarState | null;
}

/** What becomes of a plan: everything else stays. */
export interface PlanChange {
  readonly overrides?: readonly Override[];
  readonly covers?: readonly CoverRequest[];
  /** Ids of overrides and requests that go. */
  readonly goneOverrides?: readonly string[];
  readonly goneCovers?: readonly string[];
}

export interface OnCallPlans {
  load(rotation: string): Promise<Plan>;
  /** Makes all of it true, or nothing: `false` when somebody else has changed the plan since. Hand-offs are looked for anew. */
  change(before: Plan, change: PlanChange, now: number): Promise<boolean>;
  /** What a calendar says from now on. */
  keepCalendar(rotation: string, overrides: readonly Override[], state: CalendarState): Promise<void>;
  /** That a calendar could not be read: what it said before stays. */
  keepTrouble(rotation: string, trouble: readonly string[]): Promise<void>;
}

/** Overrides and cover requests are all that has to be kept of who is on call; the calendars are copies. */
export function createOnCallPlans(redis: Redis, keys: Keys): OnCallPlans {
  const change = script(redis, new URL('./on-call-change.lua', import.meta.url));

  return {
    async load(rotation) {
      const [revision, overrides, covers, calendar] = await read(
        redis
          .multi()
          .get(keys.onCallRevision(rotation))
          .hvals(keys.onCallOverrides(rotation))
          .hvals(keys.onCallCovers(rotation))
          .hmget(keys.onCallCalendar(rotation), 'overrides', 'readAt', 'trouble'),
      );
      return {
        rotation,
        revision: (revision as string | null) ?? '0',
        overrides: (overrides as string[]).map((text) => JSON.parse(text) as Override),
        covers: (covers as string[]).map((text) => JSON.parse(text) as CoverRequest),
        ...calendarIn(calendar as (string | null)[]),
      };
    },
    async change({ rotation, revision }, { overrides = [], covers = [], goneOverrides = [], goneCovers = [] }, now) {
      const names = [keys.onCallRevision, keys.onCallOverrides, keys.onCallCovers].map((key) => key(rotation));
      const changes = [
        ...overrides.map((one) => ['override', one.id, JSON.stringify(one)]),
        ...covers.map((one) => ['cover', one.id, JSON.stringify(one)]),
        ...goneOverrides.map((id) => ['override', id, '']),
        ...goneCovers.map((id) => ['cover', id, '']),
      ].flat();
      return (await change(4, ...names, keys.onCallDue, revision, rotation, now, ...changes)) === 1;
    },
    async keepCalendar(rotation, overrides, { readAt, trouble }) {
      const told = { overrides: JSON.stringify(overrides), readAt: String(readAt), trouble: JSON.stringify(trouble) };
      await redis.hset(keys.onCallCalendar(rotation), told);
    },
    async keepTrouble(rotation, trouble) {
      await redis.hset(keys.onCallCalendar(rotation), 'trouble', JSON.stringify(trouble));
    },
  };
}

/** All of them at one moment, or an error. */
async function read(work: ChainableCommander): Promise<unknown[]> {
  const answers = (await work.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}

/** Written by `keepCalendar` and `keepTrouble` above and nobody else. */
function calendarIn([overrides, readAt, trouble]: readonly (string | null | undefined)[]) {
  const fromCalendar = overrides ? (JSON.parse(overrides) as Override[]) : [];
  if (!trouble) return { fromCalendar, calendar: null };
  return {
    fromCalendar,
    calendar: { readAt: readAt ? Number(readAt) : null, trouble: JSON.parse(trouble) as string[] },
  };
}
