import type { GapWarning } from '../app/on-call.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import type { Service } from '../domain/service.ts';
import { gapWarnings } from '../oncall/gap-warnings.ts';
import { lastHandOff } from '../oncall/hand-off.ts';
import type { OnCallLetters } from '../store/on-call-letters.ts';
import type { OnCallPlans } from '../store/on-call-plans.ts';
import type { Told } from '../store/on-call-rounds.ts';
import { knownRotations, overridesOf } from './known-rotations.ts';
import { AHEAD_MS } from './standing.ts';

export interface GapsDeps {
  readonly told: Pick<Told, 'say'>;
  readonly plans: Pick<OnCallPlans, 'load'>;
  readonly letters: Pick<OnCallLetters, 'warn'>;
  readonly services: () => readonly Service[];
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For as long as no end is known. */
export const REMEMBERED_MS = 40 * DAY_MS;

/** What a gap is remembered by once it was told. */
export function gapKey(rotation: string, from: number): string {
  return `gap:1:${rotation}:${from}`;
}

/** Looks for gaps of the next seven days. Each is told once, and once more when it is less than a day away. */
export async function warnOfGaps(deps: GapsDeps): Promise<void> {
  for (const { rotation } of knownRotations(deps.services())) {
    const overrides = overridesOf(rotation, await deps.plans.load(rotation.name));
    const now = deps.now();
    for (const warning of gapWarnings(rotation, overrides, now, AHEAD_MS)) {
      await warnOf(deps, warning, warning.key ?? keyOfBegun(rotation, overrides, now));
    }
  }
}

/** The key that it had while it was to come. */
function keyOfBegun(rotation: Rotation, overrides: readonly Override[], now: number): string {
  return gapKey(rotation.name, lastHandOff(rotation, overrides, now)?.at ?? 0);
}

async function warnOf({ letters, told, now }: GapsDeps, warning: GapWarning, key: string): Promise<void> {
  const at = now();
  const forMs = Math.max(HOUR_MS, (warning.to ?? at + REMEMBERED_MS) - at + HOUR_MS);
  const letter = { kind: 'gap', rotation: warning.rotation, warning } as const;
  const isNear = warning.from - at < DAY_MS && warning.key !== null;
  const isNews = await letters.warn(key, forMs, { id: key, at, letter });
  if (!isNear) return;
  const again = `${key}:day`;
  // Who hears of it for the first time on the day before need not hear it twice.
  await (isNews ? told.say(again, forMs) : letters.warn(again, forMs, { id: again, at, letter }));
}
