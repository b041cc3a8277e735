import type { Service } from '../domain/service.ts';
import type { Rounds } from '../store/on-call-rounds.ts';
import { type CalendarsDeps, refreshCalendar } from './calendars.ts';
import { type GapsDeps, warnOfGaps } from './gaps.ts';
import { knownRotations, rotationCalled } from './known-rotations.ts';
import { type GroupsDeps, keepGroup } from './user-groups.ts';

export type RoundsDeps = GapsDeps &
  CalendarsDeps &
  GroupsDeps & {
    readonly rounds: Rounds;
    readonly log: { warn(fields: object, message: string): void };
  };

const BATCH = 20;
const MINUTE_MS = 60_000;
/** How long one process may take; who fails is tried again after it. */
const TAKEN_MS = 2 * MINUTE_MS;
/** How often each is done, besides at hand-offs. */
const EVERY_MS = { gaps: 60 * MINUTE_MS, calendar: 15 * MINUTE_MS, group: 60 * MINUTE_MS } as const;

/** Looks for gaps, reads calendars and tends user groups now and then: each by one process, and none waits for another. */
export function createRoundsOfOnCall(deps: RoundsDeps): () => Promise<void> {
  let known: readonly Service[] = [];
  let wantedAt = Number.NEGATIVE_INFINITY;

  /** New files are looked at soon; what Redis has lost comes back. */
  async function putIn(): Promise<void> {
    const [services, now] = [deps.services(), deps.now()];
    if (services === known && now - wantedAt < MINUTE_MS) return;
    await (services === known ? deps.rounds.want(namesIn(services), now) : deps.rounds.look(namesIn(services), now));
    [known, wantedAt] = [services, now];
  }

  return async () => {
    await putIn();
    const now = deps.now();
    const until = now + TAKEN_MS;
    const names = await deps.rounds.claim(now, until, BATCH);
    await Promise.all(names.map((name) => attempt(deps, name, until)));
  };
}

function namesIn(services: readonly Service[]): string[] {
  const rotations = knownRotations(services).map(({ rotation }) => rotation);
  const calendars = rotations.flatMap(({ name, calendar }) => (calendar ? [`calendar:${name}`] : []));
  const groups = rotations.flatMap(({ group }) => (group === null ? [] : [`group:${group}`]));
  return rotations.length === 0 ? [] : ['gaps', ...calendars, ...new Set(groups)];
}

/** `until`: how long it is ours. */
async function attempt(deps: RoundsDeps, name: string, until: number): Promise<void> {
  try {
    const everyMs = await done(deps, name);
    await (everyMs === null ? deps.rounds.forget(name) : deps.rounds.settle(name, until, deps.now() + everyMs));
  } catch (error) {
    deps.log.warn({ err: error, what: name }, 'a round of on call failed, it will be tried again');
  }
}

/** Answers in how many ms it is done again; `null`: no file asks for it any more. */
async function done(deps: RoundsDeps, name: string): Promise<number | null> {
  const [kind = '', of = ''] = name.split(/:(.*)/s);
  if (kind === 'gaps') {
    await warnOfGaps(deps);
    return EVERY_MS.gaps;
  }
  if (kind === 'group') {
    if (!knownRotations(deps.services()).some(({ rotation }) => rotation.group === of)) return null;
    await keepGroup(deps, of);
    return EVERY_MS.group;
  }
  const found = rotationCalled(deps.services(), of);
  if (!found?.rotation.calendar) return null;
  await refreshCalendar(deps, found, found.rotation.calendar);
  return EVERY_MS.calendar;
}
