import { setImmediate } from 'node:timers/promises';
import { millisecondsInDay } from 'date-fns/constants';
import type { Redis } from 'ioredis';
import { TransientError } from '../app/errors.ts';
import type { Labels } from './fields.ts';
import { dayOf } from './samples.ts';
import { createTally, type Figures, figuresOf, type Tally } from './tally.ts';

/** The longest period that can be asked for; twice as many days are read, because the period before is read too. */
export const MAX_DAYS = 400;

/** A period's figures beside those of the period of equal length before it. */
export interface Compared {
  readonly current: Figures;
  readonly previous: Figures;
}

export interface NamedComparison extends Compared {
  readonly name: string;
}

/** One shape for the slash command, the App Home and the command line. Times are milliseconds, `null` where there is no sample. */
export interface Report {
  readonly days: number;
  /** First and last day, `YYYY-MM-DD` in UTC, by when incidents began; the last is today and not over yet. */
  readonly from: string;
  readonly to: string;
  readonly service: string | null;
  /** Whether this is about drills only. Otherwise it is about everything but drills. */
  readonly drills: boolean;
  readonly total: Compared;
  /** P0 first. */
  readonly bySeverity: readonly NamedComparison[];
  /** The service with most incidents first. */
  readonly byService: readonly NamedComparison[];
  /** The class with most incidents first. */
  readonly byClass: readonly NamedComparison[];
}

export interface ReportRequest {
  readonly service?: string;
  /** Whole UTC days up to and with today, 1 to `MAX_DAYS`; what lies outside is moved to the nearer end. */
  readonly days: number;
  readonly drills?: boolean;
}

export interface Stats {
  /** Reads `2 × days` hashes, whatever the number of incidents. Throws `TransientError` when Redis does not answer. */
  report(request: ReportRequest): Promise<Report>;
}

export interface StatsDeps {
  readonly redis: Redis;
  readonly prefix: string;
  readonly now: () => number;
}

/** Days per round trip. A long period is read in slices, and others have their turn between two days: no page waits behind a report. */
const SLICE = 8;

const NONE = figuresOf([]);

export function createStats(deps: StatsDeps): Stats {
  return {
    async report(request) {
      const days = Math.min(MAX_DAYS, Math.max(1, Math.floor(request.days)));
      const drills = request.drills ?? false;
      const wanted = (labels: Labels) =>
        labels.drill === drills && (request.service === undefined || labels.service === request.service);

      const now = deps.now();
      const current = daysUpTo(now, days);
      const previous = daysUpTo(now - days * millisecondsInDay, days);
      const tallies = [await tallyOf(deps, current, wanted), await tallyOf(deps, previous, wanted)] as const;

      return {
        days,
        from: current[0] ?? dayOf(now),
        to: dayOf(now),
        service: request.service ?? null,
        drills,
        ...compare(...tallies),
      };
    },
  };
}

/** The hash that holds one day's counts. */
export function statsKey(prefix: string, day: string): string {
  return `${prefix}stats:${day}`;
}

function daysUpTo(last: number, days: number): readonly string[] {
  return Array.from({ length: days }, (_, index) => dayOf(last - (days - 1 - index) * millisecondsInDay));
}

async function tallyOf(deps: StatsDeps, days: readonly string[], wanted: (labels: Labels) => boolean): Promise<Tally> {
  const tally = createTally(wanted);
  for (let start = 0; start < days.length; start += SLICE) {
    const slice = days.slice(start, start + SLICE);
    for (const hash of await readDays(deps, slice)) {
      tally.add(hash);
      await setImmediate();
    }
  }
  return tally;
}

async function readDays({ redis, prefix }: StatsDeps, days: readonly string[]): Promise<Record<string, string>[]> {
  const pipeline = redis.pipeline();
  for (const day of days) pipeline.hgetall(statsKey(prefix, day));
  const replies = await pipeline.exec().catch(unreadable);

  return (replies ?? []).map(([error, hash]) => {
    if (error) return unreadable(error);
    // HGETALL's reply, which a pipeline types as unknown.
    return hash as Record<string, string>;
  });
}

function unreadable(cause: unknown): never {
  throw new TransientError('The times of incidents could not be read from Redis', { cause });
}

function compare(current: Tally, previous: Tally): Pick<Report, 'total' | 'bySeverity' | 'byService' | 'byClass'> {
  const split = (label: 'service' | 'severity' | 'incidentClass') => {
    const [now, before] = [current.by(label), previous.by(label)];
    const names = [...new Set([...now.keys(), ...before.keys()])].sort();
    return names.map((name) => ({ name, current: now.get(name) ?? NONE, previous: before.get(name) ?? NONE }));
  };
  const mostFirst = (a: Compared, b: Compared) => b.current.incidents - a.current.incidents;

  return {
    total: { current: current.total(), previous: previous.total() },
    bySeverity: split('severity'),
    byService: split('service').sort(mostFirst),
    byClass: split('incidentClass').sort(mostFirst),
  };
}
