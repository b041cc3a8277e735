import type { Layer, Rotation } from '../domain/rotation.ts';
import { type Fields, fieldsOf, momentIn } from './foreign.ts';
import { personOf } from './pagerduty-person.ts';
import type { People } from './people.ts';
import { shifts, whoIsOnCall } from './shifts.ts';

const LOOKED_AT_MS = 8 * 7 * 86_400_000;

/**
 * Layers with the strongest first. The answers of PagerDuty have had it first and last (a script of theirs turns the one into the other:
 * github.com/PagerDuty/public-support-scripts/pull/60, terraform-provider-pagerduty/pull/610), so its final schedule is asked which it is.
 */
export function orderOf(
  layers: readonly Layer[],
  finalEntries: readonly Fields[],
  people: People,
  now: number,
): { readonly layers: readonly Layer[]; readonly warnings: readonly string[] } {
  const turned = layers.toReversed();
  if (!differ(layers, turned, now)) return { layers, warnings: [] };
  const [asIs, other] = [agreement(layers, finalEntries, people), agreement(turned, finalEntries, people)];
  if (asIs !== other) return { layers: asIs > other ? layers : turned, warnings: [] };
  const words =
    'The file does not say which layer is the stronger one where they overlap: the first in it was taken. Compare with PagerDuty, or ask it again with since and until, so that final_schedule is in the answer.';
  return { layers, warnings: [words] };
}

function rotationOf(layers: readonly Layer[]): Rotation {
  return { name: '', title: '', zone: 'UTC', layers, mayHaveGaps: false, calendar: null, group: null };
}

/** Whether it matters in eight weeks which way round they are. */
function differ(layers: readonly Layer[], turned: readonly Layer[], now: number): boolean {
  const told = (list: readonly Layer[]) =>
    shifts(rotationOf(list), [], now, now + LOOKED_AT_MS).map(({ from, to, person }) => [from, to, person]);
  return JSON.stringify(told(layers)) !== JSON.stringify(told(turned));
}

/** How many rendered shifts begin and end with the person whom these layers have then. */
function agreement(layers: readonly Layer[], entries: readonly Fields[], people: People): number {
  const rotation = rotationOf(layers);
  return entries.filter((entry) => {
    const [from, to] = [momentIn(entry.start), momentIn(entry.end)];
    if (from === null || to === null || from >= to) return false;
    const person = personOf(fieldsOf(entry.user), people);
    return [from, to - 1].every((at) => whoIsOnCall(rotation, [], at)?.person === person);
  }).length;
}
