import type { Hours } from '../domain/rotation.ts';
import { entriesOf, type Fields, numberIn, textIn } from './foreign.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const WEEK_MINUTES = 7 * 1_440;

/** The restrictions of a layer of PagerDuty: `daily_restriction` and `weekly_restriction`, whose weekday 1 is Monday. */
export function pagerDutyHours(value: unknown): { readonly hours: Hours[]; readonly warnings: string[] } {
  const read = entriesOf(value).map(toHours);
  return {
    hours: read.flatMap(({ hours }) => (hours ? [hours] : [])),
    warnings: read.flatMap(({ warning }) => (warning ? [warning] : [])),
  };
}

function toHours(restriction: Fields): { readonly hours?: Hours; readonly warning?: string } {
  const type = textIn(restriction.type);
  const time = /^(?<h>[01]\d|2[0-3]):(?<m>[0-5]\d)(?::(?<s>[0-5]\d))?$/.exec(textIn(restriction.start_time_of_day));
  const seconds = numberIn(restriction.duration_seconds);
  const day = numberIn(restriction.start_day_of_week);
  const isWeekly = type === 'weekly_restriction';
  const hasDay = day !== null && EVERY_DAY.includes(day);
  if (!time?.groups || seconds === null || seconds < 60 || (isWeekly ? !hasDay : type !== 'daily_restriction')) {
    const words = `a restriction (${type || 'without a type'}) cannot be read and was left out: look at its hours.`;
    return { warning: words };
  }
  const { h, m, s } = time.groups;
  const hours = {
    days: isWeekly && day !== null ? [day] : EVERY_DAY,
    from: Number(h) * 60 + Number(m),
    minutes: Math.min(Math.round((Number(s ?? 0) + seconds) / 60), WEEK_MINUTES),
  };
  const isExact = Number(s ?? 0) === 0 && seconds % 60 === 0;
  return isExact ? { hours } : { hours, warning: 'a restriction goes by seconds, and is rounded to whole minutes.' };
}
