import type { FastifyPluginCallback } from 'fastify';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { GapNotice, HandOffNotice, OnCall } from '../app/on-call.ts';
import type { Actor } from '../domain/incident.ts';
import type { Service } from '../domain/service.ts';
import { onCallCalendar } from '../http/oncall-calendar.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createCalendarKeys } from '../store/on-call-keys.ts';
import { createOnCallLetters } from '../store/on-call-letters.ts';
import { createOnCallPlans } from '../store/on-call-plans.ts';
import { createRounds, createTold } from '../store/on-call-rounds.ts';
import { createHandOffs } from './hand-offs.ts';
import { createOnCall } from './on-call.ts';
import { publishedCalendar } from './published-calendar.ts';
import { createRoundsOfOnCall } from './rounds.ts';
import { createTelling } from './telling.ts';
import type { UserGroups } from './user-groups.ts';

export interface OnCallDeskDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  /** The services of the files that count now; another list after files were read anew. */
  readonly services: () => readonly Service[];
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Resolves when it is told; rejects when it has to be tried again. May be called again with the same id after a crash. */
  readonly tellHandOff: (notice: HandOffNotice) => Promise<void>;
  readonly tellGap: (notice: GapNotice) => Promise<void>;
  readonly tellOperators: (cause: string, text: string) => Promise<void>;
  readonly userGroups: UserGroups;
  /** Does not connect to where clouds keep credentials: reads the calendars of files. */
  readonly fetch: typeof fetch;
  /** What people are called in published calendars; their ids where it does not know. */
  readonly namesOf?: (people: readonly Actor[]) => Promise<ReadonlyMap<Actor, string>>;
}

export interface OnCallDesk {
  readonly onCall: OnCall;
  /** For the sweep, of every process. */
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  readonly plugin: FastifyPluginCallback;
}

/** Who is on call: what people ask and change, what the clock does, and the address of calendars. */
export function createOnCallDesk(deps: OnCallDeskDeps): OnCallDesk {
  const { redis, keys, namesOf = async () => new Map() } = deps;
  const parts = {
    plans: translated(createOnCallPlans(redis, keys)),
    letters: translated(createOnCallLetters(redis, keys)),
    due: translated(createRounds(redis, keys.onCallDue)),
    rounds: translated(createRounds(redis, keys.onCallRounds)),
    told: translated(createTold(redis, keys)),
    calendarKeys: translated(createCalendarKeys(redis, keys)),
    namesOf,
  };
  const all = { ...deps, ...parts };
  return {
    onCall: createOnCall(all),
    chores: [
      { name: 'hand-offs', run: createHandOffs(all) },
      { name: 'on-call messages', run: createTelling(all) },
      { name: 'gaps, calendars and user groups', run: createRoundsOfOnCall(all) },
    ],
    plugin: onCallCalendar({ calendar: (rotation, key, wishes) => publishedCalendar(all, rotation, key, wishes) }),
  };
}
