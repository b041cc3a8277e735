import { stringify } from 'yaml';
import { SetupError } from '../app/errors.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { eachItsOwn, nameOf, textIn } from '../oncall/foreign.ts';
import { type CalendarEvent, shiftsFromCalendar } from '../oncall/ical-import.ts';
import { isZone } from '../oncall/zone.ts';
import { eventsOf } from '../rotas/read-calendar.ts';
import type { ImportRequest, Printed } from './rotation-import.ts';

const AHEAD_MS = 90 * 86_400_000;

/** A rotation that has no layers and reads the calendar, now and later: what recurs in it need not be understood as turns. */
export async function fromICalendar({ file, text, people }: ImportRequest, now: number): Promise<Result<Printed>> {
  const said = propertyOf(text, 'X-WR-TIMEZONE');
  const zone = isZone(said) ? said : 'UTC';
  const events = await eventsOrRefusal(text, zone, now);
  if (!events.ok) return events;
  const title = (propertyOf(text, 'X-WR-CALNAME') || 'On call').slice(0, 60);
  const [name = 'on-call'] = eachItsOwn([nameOf(title, 'on-call')]);
  const { overrides, warnings } = shiftsFromCalendar({ name, zone }, events.value, people);
  const persons = [...new Set(overrides.map(({ person }) => person))];
  const hasPeople = Object.keys(people).length > 0;
  return ok({
    yaml: stringify({
      rotations: { [name]: { title, zone, calendar: { file, ...(hasPeople ? { people } : {}) } } },
    }),
    notes: [
      `Shifts within 90 days: ${overrides.length}${persons.length > 0 ? `, of ${persons.join(', ')}` : ''}.`,
      ...(isZone(said) ? [] : ['The calendar does not say its time zone: UTC was taken.']),
      'Tocsin reads the file again every 15 minutes. For a calendar with an address write `url: ${NAME}` instead of `file`, and set that environment variable.',
      ...warnings,
    ],
  });
}

async function eventsOrRefusal(text: string, zone: string, now: number): Promise<Result<CalendarEvent[]>> {
  try {
    return ok(await eventsOf(text, { from: now, to: now + AHEAD_MS, zone }));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return reject('bad_input', error.message);
  }
}

/** A property of the calendar as a whole, on its one line. */
function propertyOf(text: string, property: string): string {
  return textIn(new RegExp(`^${property}(?:;[^:\\r\\n]*)?:(?<value>.*)$`, 'im').exec(text)?.groups?.value);
}
