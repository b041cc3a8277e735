import { TZDate } from '@date-fns/tz';
import { addDays, addMinutes, format, getISODay, startOfDay } from 'date-fns';
import type { Calendar } from './service.ts';

/** The end of work on the first working day after the local day of `from`, epoch ms. */
export function endOfNextBusinessDay(calendar: Calendar, from: number): number {
  let day = addDays(startOfDay(new TZDate(from, calendar.zone)), 1);
  for (let looked = 0; looked < 366 && !isWorkday(calendar, day); looked++) day = addDays(day, 1);
  return addMinutes(day, calendar.to).getTime();
}

/** Whether people work at this moment. */
export function isWorkingTime(calendar: Calendar, at: number): boolean {
  const local = new TZDate(at, calendar.zone);
  const minute = local.getHours() * 60 + local.getMinutes();
  return isWorkday(calendar, local) && minute >= calendar.from && minute < calendar.to;
}

function isWorkday({ days, holidays }: Calendar, day: Date): boolean {
  return days.includes(getISODay(day)) && !holidays.includes(format(day, 'yyyy-MM-dd'));
}
