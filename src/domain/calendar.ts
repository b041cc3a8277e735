import { TZDate } from '@date-fns/tz';
import type { Calendar } from './service.ts';

const DAY_MS = 86_400_000;
/** A calendar of nothing but holidays ends somewhere. */
const DAYS_LOOKED_AT = 366;

/** The end of work on the first working day after the local day of `from`, epoch ms. Where no day of a year is one: a year later. */
export function endOfNextBusinessDay(calendar: Calendar, from: number): number {
  let day = localDay(calendar, from) + DAY_MS;
  for (let looked = 1; looked < DAYS_LOOKED_AT && !isWorkday(calendar, day); looked++) day += DAY_MS;

  const date = new Date(day);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return new TZDate(year, month, dayOfMonth, Math.floor(calendar.to / 60), calendar.to % 60, calendar.zone).getTime();
}

/** Whether people work at this moment. */
export function isWorkingTime(calendar: Calendar, at: number): boolean {
  const local = new TZDate(at, calendar.zone);
  const minute = local.getHours() * 60 + local.getMinutes();
  return isWorkday(calendar, localDay(calendar, at)) && minute >= calendar.from && minute < calendar.to;
}

/** The local day of a moment as its midnight in UTC: days are counted where none is 23 or 25 hours long. */
export function localDay({ zone }: Calendar, at: number): number {
  const local = new TZDate(at, zone);
  return Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
}

/** Whether people work on the local day with this midnight in UTC. */
export function isWorkday({ days, holidays }: Calendar, day: number): boolean {
  const date = new Date(day);
  return days.includes(date.getUTCDay() || 7) && !holidays.includes(date.toISOString().slice(0, 10));
}
