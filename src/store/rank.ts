import type { Lane } from '../domain/effects.ts';
import type { Incident } from '../domain/incident.ts';
import { SEVERITIES } from '../domain/severity.ts';

/** Wider than any time in epoch ms, and small enough that all ranks are whole numbers in a double. */
const WIDTH = 1e14;

/** Who gets a card first: what a person has touched, then the worst, then the oldest. */
export function rankOf({ severity, openedAt }: Pick<Incident, 'severity' | 'openedAt'>, lane: Lane): number {
  const band = lane === 'people' ? 0 : SEVERITIES.indexOf(severity) + 1;
  return band * WIDTH + openedAt;
}

export function isTouched(rank: number): boolean {
  return rank < WIDTH;
}
