import { createHash } from 'node:crypto';
import { kindOf } from '../app/errors.ts';
import type { CalendarSource, Rotation } from '../domain/rotation.ts';
import { type CalendarEvent, shiftsFromCalendar } from '../oncall/ical-import.ts';
import type { People } from '../oncall/people.ts';
import type { OnCallPlans } from '../store/on-call-plans.ts';
import type { Rounds, Told } from '../store/on-call-rounds.ts';
import type { KnownRotation } from './known-rotations.ts';
import { type Reading, readCalendar } from './read-calendar.ts';

export interface CalendarsDeps {
  readonly plans: Pick<OnCallPlans, 'keepCalendar' | 'keepTrouble'>;
  readonly due: Pick<Rounds, 'look'>;
  readonly told: Pick<Told, 'say'>;
  /** Does not connect to where clouds keep credentials. */
  readonly fetch: typeof fetch;
  /** `cause` is the same for the same trouble. */
  readonly tellOperators: (cause: string, text: string) => Promise<void>;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
/** What is shown of the past, and how far recurring events are written out. */
const BACK_MS = 31 * DAY_MS;
const AHEAD_MS = 90 * DAY_MS;
const TROUBLE_KEPT = 10;
const TOLD_FOR_MS = 7 * DAY_MS;

/** Reads the calendar of a rotation. What cannot be read leaves everybody on call as they were; operators are told once a week for one trouble. */
export async function refreshCalendar(
  deps: CalendarsDeps,
  { rotation }: KnownRotation,
  source: CalendarSource,
): Promise<void> {
  const at = deps.now();
  const read = await eventsOrWhyNot(deps, source, { from: at - BACK_MS, to: at + AHEAD_MS, zone: rotation.zone });
  const trouble = read.events ? await keep(deps, rotation, read.events, source.people) : [read.whyNot];
  if (!read.events) await deps.plans.keepTrouble(rotation.name, trouble);
  if (trouble.length === 0) return;
  const text = `The calendar of ${rotation.title} (${rotation.name}): ${trouble.join(' ')}`;
  if (await deps.told.say(`calendar:${digest(text)}`, TOLD_FOR_MS)) {
    await deps.tellOperators(`calendar: ${rotation.name}`, text);
  }
}

type Read = { readonly events: readonly CalendarEvent[] } | { readonly events: null; readonly whyNot: string };

async function eventsOrWhyNot({ fetch: doFetch }: CalendarsDeps, source: CalendarSource, of: Reading): Promise<Read> {
  try {
    return { events: await readCalendar(source, of, doFetch) };
  } catch (error) {
    if (!(error instanceof Error) || kindOf(error) === 'bug') throw error;
    const why = error.message.replace(/\.$/, '');
    return { events: null, whyNot: `${why}. What the calendar said before still counts.` };
  }
}

/** Answers what of it was left out. */
async function keep(
  { plans, due, now }: CalendarsDeps,
  rotation: Rotation,
  events: readonly CalendarEvent[],
  people: People,
): Promise<string[]> {
  const { overrides, warnings } = shiftsFromCalendar(rotation, events, people);
  const more = warnings.length - TROUBLE_KEPT;
  const trouble = [...warnings.slice(0, TROUBLE_KEPT), ...(more > 0 ? [`There are ${more} more like these.`] : [])];
  await plans.keepCalendar(rotation.name, overrides, { readAt: now(), trouble });
  await due.look([rotation.name], now());
  return trouble;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
