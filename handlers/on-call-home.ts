import type { OnCallHome } from '../blocks/on-call-home.ts';
import type { Standing } from '../src/app/on-call.ts';
import type { Actor } from '../src/domain/incident.ts';
import { duties } from '../src/oncall/duties.ts';
import type { HandlerDeps } from './deps.ts';
import { rotationsOf } from './on-call-rotation.ts';

/** How far a person's next shift is looked for. */
const AHEAD_MS = 60 * 86_400_000;

/** What App Home shows of being on call; `null` when it cannot be read. */
export async function onCallOf(deps: HandlerDeps, user: Actor): Promise<OnCallHome | null> {
  const [standings, contact] = await Promise.all([
    deps.onCall.standing().catch((error: unknown) => unread(deps, error, 'App Home is drawn without who is on call')),
    deps.contacts.of(user).catch((error: unknown) => unread(deps, error, 'App Home is drawn without a phone number')),
  ]);
  if (!standings) return null;
  const next = standings.map((one) => nextShift(deps, one, user)).filter((one) => one !== null);
  return {
    now: standings.filter(({ person }) => person === user),
    next: next.toSorted((a, b) => a.from - b.from)[0] ?? null,
    hasRotations: standings.length > 0,
    contact,
  };
}

function unread({ log }: HandlerDeps, error: unknown, what: string): null {
  log.warn({ err: error }, what);
  return null;
}

/** Shifts that a calendar gives are not known here but for the next one. */
function nextShift(deps: HandlerDeps, standing: Standing, user: Actor): OnCallHome['next'] {
  const rotation = rotationsOf(deps.services()).find((one) => one.rotation.name === standing.rotation)?.rotation;
  if (!rotation || rotation.calendar !== null) return null;
  const now = deps.now();
  const shift = duties(rotation, standing.overrides, now, now + AHEAD_MS).find(
    ({ person, from }) => person === user && from > now,
  );
  return shift ? { from: shift.from, to: shift.to, title: standing.title, zone: standing.zone } : null;
}
