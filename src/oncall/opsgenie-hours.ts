import type { Hours } from '../domain/rotation.ts';
import { entriesOf, type Fields, fieldsOf, numberIn, textIn } from './foreign.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const DAY_MINUTES = 1_440;

/** The restriction of a rotation of Opsgenie: `time-of-day` has one `restriction`, `weekday-and-time-of-day` has `restrictions`. */
export function opsgenieHours(value: unknown): { readonly hours: Hours[]; readonly warnings: string[] } {
  const fields = fieldsOf(value);
  const type = textIn(fields.type);
  const listed = entriesOf(fields.restrictions);
  const one = Object.keys(fieldsOf(fields.restriction)).length > 0 ? [fieldsOf(fields.restriction)] : [];
  const restrictions = [...listed, ...one];
  if (restrictions.length === 0) return { hours: [], warnings: [] };
  const read = restrictions.map((restriction) => toHours(restriction, type === 'weekday-and-time-of-day'));
  const unread = read.filter((hours) => hours === null).length;
  const words = `${unread} of ${restrictions.length} time restrictions cannot be read and were left out: look at its hours.`;
  return { hours: read.filter((hours) => hours !== null), warnings: unread === 0 ? [] : [words] };
}

function toHours(restriction: Fields, isWeekly: boolean): Hours | null {
  const from = minuteOf(restriction.startHour, restriction.startMin);
  const to = minuteOf(restriction.endHour, restriction.endMin);
  if (from === null || to === null) return null;
  if (!isWeekly) return { days: EVERY_DAY, from, minutes: positive(to - from, DAY_MINUTES) };
  const [startDay, endDay] = [dayOf(restriction.startDay), dayOf(restriction.endDay)];
  if (startDay === null || endDay === null) return null;
  const minutes = positive((endDay - startDay) * DAY_MINUTES + to - from, 7 * DAY_MINUTES);
  return { days: [startDay], from, minutes };
}

/** What ends before it begins, or at the same time, ends on the next day, or in the next week. */
function positive(minutes: number, round: number): number {
  return minutes > 0 ? minutes : minutes + round;
}

function minuteOf(hour: unknown, minute: unknown): number | null {
  const [hours, minutes] = [numberIn(hour), numberIn(minute) ?? 0];
  if (hours === null || !Number.isInteger(hours) || !Number.isInteger(minutes)) return null;
  const isTime = hours >= 0 && hours <= 24 && minutes >= 0 && minutes < 60;
  return isTime ? hours * 60 + minutes : null;
}

function dayOf(value: unknown): number | null {
  const place = DAYS.indexOf(textIn(value).toLowerCase());
  return place < 0 ? null : place + 1;
}
