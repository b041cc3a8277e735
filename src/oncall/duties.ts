import type { Override, Rotation, Span } from '../domain/rotation.ts';
import { shifts } from './shifts.ts';

/** The whole time that one person is on call without a break, for whatever reasons. */
export interface Duty extends Span {
  readonly person: string;
}

/** Shifts of the same person that touch, as one. Cut at the bounds, as `shifts` are. */
export function duties(rotation: Rotation, overrides: readonly Override[], from: number, to: number): Duty[] {
  const result: Duty[] = [];
  for (const shift of shifts(rotation, overrides, from, to)) {
    const last = result.at(-1);
    if (last && last.to === shift.from && last.person === shift.person) {
      result[result.length - 1] = { ...last, to: shift.to };
    } else {
      result.push({ person: shift.person, from: shift.from, to: shift.to });
    }
  }
  return result;
}
