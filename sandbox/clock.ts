import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TZDate } from '@date-fns/tz';
import { addDays, isWeekend, setHours, startOfHour } from 'date-fns';
import { z } from 'zod';
import type { Act, ActResult } from './api.ts';

/** The time of everything in the sandbox. Times are epoch milliseconds. */
export interface SandboxClock {
  now(): number;
  /** How far it is ahead of the machine's clock, in ms. */
  ahead(): number;
  /** Whether somebody follows it; a bot that goes by the machine's clock would refuse messages from the future. */
  readonly isMovable: boolean;
  /** Moves it forward, never back, once its follower has. Never rejects. */
  move(how: Extract<Act, { type: 'clock' }>): Promise<ActResult>;
  onMove(listener: () => void): () => void;
}

export interface ClockOptions {
  /** Where the distance is kept: after a restart the clock must not stand before what Redis remembers. */
  readonly file: string;
  /** Tells the bot how far the clock is ahead, in ms, and settles when the bot goes by it. Absent: the clock cannot be moved. */
  readonly follow?: (ahead: number) => Promise<void>;
}

const MINUTE_MS = 60_000;
const FARTHEST_MS = 31 * 86_400_000;
/** Where the demo company works. */
export const DEMO_ZONE = 'America/Toronto';
const BEGIN_OF_WORK = 9;
const Kept = z.looseObject({ aheadMs: z.number().int().min(0) });
const FIXED: ActResult = { ok: false, error: 'The clock can be moved only where npm run demo has started the bot.' };

/** The machine's clock, or a clock ahead of it that a person moves. */
export function createSandboxClock({ file, follow }: ClockOptions): SandboxClock {
  let ahead = follow === undefined ? 0 : readAhead(file);
  let moving: Promise<unknown> = Promise.resolve();
  const listeners = new Set<() => void>();
  const now = (): number => Date.now() + ahead;

  const moveTo = async (by: number, tell: NonNullable<ClockOptions['follow']>): Promise<ActResult> => {
    if (!(by > 0 && by <= FARTHEST_MS))
      return { ok: false, error: 'The clock moves forward, at most a month at a time.' };
    const next = ahead + Math.round(by);
    keepAhead(file, next);
    try {
      await tell(next);
    } catch {
      return { ok: false, error: 'The bot did not take the new time.' };
    }
    ahead = next;
    for (const listener of listeners) listener();
    return { ok: true };
  };

  return {
    now,
    ahead: () => ahead,
    isMovable: follow !== undefined,
    move: async (how) => {
      if (follow === undefined) return FIXED;
      const moved = moving.then(() => moveTo('minutes' in how ? how.minutes * MINUTE_MS : untilWork(now()), follow));
      moving = moved;
      return await moved;
    },
    onMove: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** How long it is until the next 9:00 of a working day in the demo company, in ms; a whole day or more at 9:00 itself. */
export function untilWork(now: number): number {
  let at = setHours(startOfHour(new TZDate(now, DEMO_ZONE)), BEGIN_OF_WORK);
  while (at.getTime() <= now || isWeekend(at)) at = addDays(at, 1);
  return at.getTime() - now;
}

function readAhead(file: string): number {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8'))).aheadMs;
  } catch {
    return 0; // none yet
  }
}

function keepAhead(file: string, aheadMs: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ aheadMs }));
}
