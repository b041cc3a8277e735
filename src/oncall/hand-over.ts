import { type Result, reject } from '../domain/result.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import { nextHandOff } from './hand-off.ts';
import { newOverride } from './override.ts';
import { whoIsOnCall } from './shifts.ts';

/** Whoever is on call (`by`) gives the rest of their shift to somebody else. */
export interface HandOver {
  readonly id: string;
  readonly by: string;
  readonly to: string;
  readonly note: string;
}

/** The override that a hand-over by hand is: from now until the present shift would have ended. */
export function handOver(
  rotation: Rotation,
  overrides: readonly Override[],
  { id, by, to, note }: HandOver,
  now: number,
): Result<Override> {
  const present = whoIsOnCall(rotation, overrides, now)?.person;
  const instead = 'Override it for a time instead.';
  if (present === undefined) {
    return reject('nothing_to_do', `Nobody is on call in ${rotation.title}: there is nothing to hand over.`, instead);
  }
  if (present !== by) {
    return reject('not_allowed', `<@${present}> is on call in ${rotation.title}: only they hand it over.`, instead);
  }
  if (to === by) return reject('bad_input', 'You have it already.', 'Name somebody else.');
  const end = nextHandOff(rotation, overrides, now);
  if (!end) return reject('bad_input', `The shift in ${rotation.title} has no end.`, instead);
  return newOverride(rotation, { id, person: to, by, from: now, to: end.at, note }, now);
}
