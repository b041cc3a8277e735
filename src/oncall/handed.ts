import type { Handed, Override, Rotation } from '../domain/rotation.ts';
import { type HandOff, lastHandOff } from './hand-off.ts';
import { type OnCall, whoIsOnCall } from './shifts.ts';

/** What has become of a rotation since its last hand-off that was done. */
export interface HandedNow {
  readonly handed: Handed;
  /** What has to be told; `null`: nothing. Of several since then, the newest. */
  readonly handOff: HandOff | null;
}

/**
 * Compares who is on call with who was when somebody last looked. Nothing is told the first time (`before` is `null`), nor of gaps that are meant. Who is on call
 * without a hand-off, because a file or a calendar was changed, is so from now on.
 */
export function handedNow(
  rotation: Rotation,
  overrides: readonly Override[],
  before: Handed | null,
  now: number,
): HandedNow {
  const onCall = whoIsOnCall(rotation, overrides, now);
  const last = lastHandOff(rotation, overrides, now);
  const to = onCall?.person ?? null;
  if (!before) return { handed: { at: last?.at ?? now, to, received: null }, handOff: null };

  const newer = last && last.at > before.at ? last : null;
  const handOff = newer ?? { rotation: rotation.name, at: now, from: before.to, to };
  if (isMeant(rotation, before, to)) return { handed: newer ? { ...before, at: newer.at } : before, handOff: null };
  if (!newer && to === before.to) return { handed: before, handOff: null };
  return { handed: { at: handOff.at, to, received: ownDoing(onCall, overrides, now) }, handOff };
}

/** A gap that may be, and its end for whoever was on call before it. */
function isMeant({ mayHaveGaps }: Rotation, before: Handed, to: string | null): boolean {
  return mayHaveGaps && (to === null || to === before.to);
}

/** Who made the override that puts them on call knows that they have it. */
function ownDoing(onCall: OnCall | null, overrides: readonly Override[], now: number): Handed['received'] {
  if (onCall?.by.kind !== 'override') return null;
  const { id } = onCall.by;
  const made = overrides.find((one) => one.id === id);
  return made?.by === onCall.person ? { by: onCall.person, at: now } : null;
}
