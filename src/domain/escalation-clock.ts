import { afterWorking, workingMsBetween } from './escalation-hours.ts';
import type { Calendar } from './service.ts';

/** A clock that can stand still. Times are epoch ms, spans ms. */
export interface Clock {
  /** Since when it runs; in the future while it is held until then; `null`: it stands. */
  readonly since: number | null;
  /** How far it had gone when it last stood. */
  readonly wallMs: number;
  /** How much of that was working time. */
  readonly workMs: number;
}

/** All time, or working time alone. */
export type Count = 'wall' | 'work';

export const STOPPED: Clock = { since: null, wallMs: 0, workMs: 0 };

/** How far it has gone. It never goes back while `now` does not. */
export function elapsed({ since, wallMs, workMs }: Clock, count: Count, calendar: Calendar, now: number): number {
  if (since === null || since >= now) return count === 'wall' ? wallMs : workMs;
  return count === 'wall' ? wallMs + now - since : workMs + workingMsBetween(calendar, since, now);
}

/**
 * From when on it has gone so far, at its latest beginning; of working time, a moment at which people work. `null`: never, as
 * things are.
 */
export function reachedAt(clock: Clock, count: Count, calendar: Calendar, target: number): number | null {
  if (clock.since === null) return null;
  if (count === 'wall') return clock.since + Math.max(0, target - clock.wallMs);
  return afterWorking(calendar, clock.since, Math.max(0, target - clock.workMs));
}

/** The clock as it is from `at` on: it runs from `runsFrom` (now or later), or stands (`null`). */
export function settled(clock: Clock, runsFrom: number | null, calendar: Calendar, at: number): Clock {
  if (clock.since === null) return runsFrom === null ? clock : { ...clock, since: runsFrom };
  if (runsFrom !== null && runsFrom <= at) return clock.since > at ? { ...clock, since: at } : clock;
  return {
    since: runsFrom,
    wallMs: elapsed(clock, 'wall', calendar, at),
    workMs: elapsed(clock, 'work', calendar, at),
  };
}
