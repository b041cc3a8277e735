import type { Actor } from '../domain/incident.ts';
import type { Service } from '../domain/service.ts';
import { isSame } from '../http/proof.ts';
import { calendarOf } from '../oncall/ical-export.ts';
import type { CalendarKeys } from '../store/on-call-keys.ts';
import type { OnCallPlans } from '../store/on-call-plans.ts';
import { overridesOf, rotationCalled } from './known-rotations.ts';

export interface PublishedDeps {
  readonly plans: Pick<OnCallPlans, 'load'>;
  readonly calendarKeys: Pick<CalendarKeys, 'known'>;
  readonly services: () => readonly Service[];
  /** What people are called, for as many as it knows. */
  readonly namesOf: (people: readonly Actor[]) => Promise<ReadonlyMap<Actor, string>>;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const BACK_MS = 30 * DAY_MS;
const AHEAD_MS = 180 * DAY_MS;

/** The calendar of a rotation for whoever has this key, from 30 days ago to 180 ahead; `null`: nobody has it, or there is no such rotation. */
export async function publishedCalendar(
  deps: PublishedDeps,
  name: string,
  key: string,
  { mine }: { readonly mine: boolean },
): Promise<string | null> {
  const person = await ownerOf(deps, key);
  const rotation = rotationCalled(deps.services(), name)?.rotation;
  if (person === null || !rotation) return null;
  const overrides = overridesOf(rotation, await deps.plans.load(name));
  const people = [...rotation.layers.flatMap(({ seats }) => seats), ...overrides].map((one) => one.person);
  const names = await deps.namesOf([...new Set(people)]);
  const now = deps.now();
  return calendarOf(rotation, overrides, {
    ...{ from: now - BACK_MS, to: now + AHEAD_MS, now },
    person: mine ? person : null,
    nameOf: (one) => names.get(one) ?? one,
  });
}

/** Whose key it is: `<Slack user id>.<secret>`. How long it takes tells nothing of the secret. */
async function ownerOf({ calendarKeys }: PublishedDeps, key: string): Promise<Actor | null> {
  const [person = ''] = key.split('.');
  const known = await calendarKeys.known(person);
  const isRight = isSame(key, known ?? '');
  return known !== null && isRight ? person : null;
}
