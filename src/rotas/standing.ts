import type { CoverRequest, Standing } from '../app/on-call.ts';
import type { Handed } from '../domain/rotation.ts';
import { gapWarnings } from '../oncall/gap-warnings.ts';
import { lastHandOff, nextHandOff } from '../oncall/hand-off.ts';
import { whoIsOnCall } from '../oncall/shifts.ts';
import { byTime } from '../oncall/spans.ts';
import type { Plan } from '../store/on-call-plans.ts';
import { type KnownRotation, overridesOf } from './known-rotations.ts';

/** How far ahead gaps are told: while somebody can still be found. */
export const AHEAD_MS = 7 * 86_400_000;

/** A rotation as it is now. */
export function standingOf(
  { service, rotation }: KnownRotation,
  plan: Plan,
  handed: Handed | null,
  now: number,
): Standing {
  const overrides = overridesOf(rotation, plan);
  const since = lastHandOff(rotation, overrides, now)?.at ?? null;
  const next = nextHandOff(rotation, overrides, now);
  const person = whoIsOnCall(rotation, overrides, now)?.person ?? null;
  return {
    ...{ service, rotation: rotation.name, title: rotation.title, zone: rotation.zone },
    ...{ person, since, until: next?.at ?? null, next: next?.to ?? null },
    receivedAt: handed?.to === person ? (handed.received?.at ?? null) : null,
    gaps: gapWarnings(rotation, overrides, now, AHEAD_MS),
    covers: plan.covers.filter((request) => isOpen(request, now)).sort((a, b) => a.askedAt - b.askedAt),
    overrides: plan.overrides.filter(({ to }) => to > now).sort(byTime),
    calendar: rotation.calendar && plan.calendar,
  };
}

function isOpen({ taken, withdrawnAt, spans }: CoverRequest, now: number): boolean {
  return taken === null && withdrawnAt === null && (spans.at(-1)?.to ?? 0) > now;
}
