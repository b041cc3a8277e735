import type { OnCall, Received } from '../app/on-call.ts';
import { rotationName } from '../app/on-call.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Handed } from '../domain/rotation.ts';
import { whoIsOnCall } from '../oncall/shifts.ts';
import type { CalendarKeys } from '../store/on-call-keys.ts';
import type { OnCallLetters } from '../store/on-call-letters.ts';
import { type ChangesDeps, createChanges } from './changes.ts';
import { knownRotations, overridesOf, rotationCalled } from './known-rotations.ts';
import { standingOf } from './standing.ts';

export interface OnCallDeps extends ChangesDeps {
  readonly letters: Pick<OnCallLetters, 'handed' | 'hand'>;
  readonly calendarKeys: Pick<CalendarKeys, 'keyOf' | 'revoke'>;
}

const MAX_TRIES = 10;

/** Who is on call by files, calendars and what people have changed, read when it is asked. */
export function createOnCall(deps: OnCallDeps): OnCall {
  const { services, plans, letters, calendarKeys, now } = deps;

  async function received(name: string, at: number, by: string): Promise<Result<Received>> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const before = await letters.handed(name);
      const said = receivedBy(before, at, by, now());
      if (!said.ok || before?.received) return said;
      const after = { at: before?.at ?? at, to: by, received: said.value };
      if (await letters.hand({ rotation: name, before, after, letters: [], recalled: reminderId(name, at) }))
        return said;
    }
    throw new Error(`the hand-off of ${name} kept changing`);
  }

  return {
    ...createChanges(deps),
    async who(service, name) {
      const found = rotationCalled(services(), rotationName(service, name));
      if (!found) return null;
      const plan = await plans.load(found.rotation.name);
      return whoIsOnCall(found.rotation, overridesOf(found.rotation, plan), now())?.person ?? null;
    },
    async standing(service) {
      const wanted = knownRotations(services()).filter((one) => service === undefined || one.service === service);
      return await Promise.all(
        wanted.map(async (one) => {
          const { name } = one.rotation;
          const [plan, handed] = await Promise.all([plans.load(name), letters.handed(name)]);
          return standingOf(one, plan, handed, now());
        }),
      );
    },
    received,
    calendarKey: calendarKeys.keyOf,
    revokeCalendarKey: calendarKeys.revoke,
  };
}

/** The id of the letter that reminds of a hand-off. */
export function reminderId(rotation: string, at: number): string {
  return `reminder:${rotation}:${at}`;
}

/** A gap that is meant has moved the time of the hand-off since: whoever had it before it has it still. */
function receivedBy(handed: Handed | null, at: number, by: string, now: number): Result<Received> {
  if (!handed || (handed.at !== at && handed.to !== by)) {
    return reject('changed_since_seen', 'Somebody else has been put on call since.', 'See who is: /incident oncall');
  }
  if (handed.to !== by) {
    return reject(
      'not_allowed',
      handed.to === null ? 'Nobody is on call.' : `<@${handed.to}> is on call: only they say so.`,
    );
  }
  return ok(handed.received ?? { by, at: now });
}
