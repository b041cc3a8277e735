import { TZDate } from '@date-fns/tz';
import { isWorkday, localDay } from './calendar.ts';
import type { Calendar } from './service.ts';

const DAY_MS = 86_400_000;
/** A calendar of nothing but holidays ends somewhere. */
const DAYS_LOOKED_AT = 400;

interface Shift {
  readonly from: number;
  readonly to: number;
}

/** How much of a span people work, in ms; 0 where it ends before it begins. */
export function workingMsBetween(calendar: Calendar, from: number, to: number): number {
  if (to <= from) return 0;
  const days = Math.ceil((to - from) / DAY_MS) + 2; // local days are not all of one length
  let sum = 0;
  for (const shift of shiftsFrom(calendar, from, days)) {
    sum += Math.max(0, Math.min(shift.to, to) - Math.max(shift.from, from));
  }
  return sum;
}

/**
 * The first working moment, from `from` on, by which people have worked for `ms`; epoch ms. `null` where the calendar has not so
 * much work within `DAYS_LOOKED_AT` days.
 */
export function afterWorking(calendar: Calendar, from: number, ms: number): number | null {
  let left = ms;
  for (const shift of shiftsFrom(calendar, from, DAYS_LOOKED_AT)) {
    const begin = Math.max(shift.from, from);
    if (begin + left < shift.to) return begin + left;
    left -= shift.to - begin;
  }
  return null;
}

/** The first moment from `from` on at which nobody works; epoch ms. `null` where somebody always does. */
export function firstOutside(calendar: Calendar, from: number): number | null {
  let at = from;
  for (const shift of shiftsFrom(calendar, from, DAYS_LOOKED_AT)) {
    if (at < shift.from) return at;
    at = shift.to;
    if (at - from > (DAYS_LOOKED_AT - 2) * DAY_MS) return null;
  }
  return at;
}

/** The first beginning of a working day after a moment; epoch ms. `null` where nobody works within `DAYS_LOOKED_AT` days. */
export function nextBeginOfWork(calendar: Calendar, after: number): number | null {
  for (const shift of shiftsFrom(calendar, after, DAYS_LOOKED_AT)) if (shift.from > after) return shift.from;
  return null;
}

/** The working times that end after `from`, in order. */
function* shiftsFrom(calendar: Calendar, from: number, days: number): Generator<Shift> {
  const first = localDay(calendar, from);
  for (let day = first; day < first + days * DAY_MS; day += DAY_MS) {
    if (!isWorkday(calendar, day)) continue;
    const shift = { from: timeOf(calendar, day, calendar.from), to: timeOf(calendar, day, calendar.to) };
    if (shift.to > from) yield shift;
  }
}

/** A minute of a local day, which is given as its midnight in UTC; epoch ms. */
export function timeOf({ zone }: Calendar, day: number, minute: number): number {
  const date = new Date(day);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return new TZDate(year, month, dayOfMonth, Math.floor(minute / 60), minute % 60, zone).getTime();
}
