import type { Layer, Shift, Span } from '../domain/rotation.ts';
import { rosterOf } from './roster.ts';
import { clipped, united, within } from './spans.ts';
import { instantOf, wallOf, weekdayOf } from './zone.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const DAY_MS = 86_400_000;

/** When a turn begins, in epoch ms: when the clocks show its time. */
export function turnStart({ zone, start, turnMs }: Layer, turn: number): number {
  return instantOf(zone, start + turn * turnMs);
}

/** The number of the turn that a moment belongs to, whether or not the layer is on call then; `null` before the first and after the end. */
export function turnAt(layer: Layer, at: number): number | null {
  if (at >= endOf(layer)) return null;
  let turn = Math.floor((wallOf(layer.zone, at) - layer.start) / layer.turnMs);
  while (turnStart(layer, turn + 1) <= at) turn++; // an hour that comes twice looks earlier than it is
  return turn < 0 ? null : turn;
}

/** What a layer has by itself, whatever stands above it: one piece for each turn and each of its hours, in order. */
export function piecesOf(layer: Layer, bounds: Span): Shift[] {
  return within(turnsIn(layer, bounds), onCallIn(layer, bounds));
}

/** A turn that the clocks skip wholly has no time, and is left out. */
function turnsIn(layer: Layer, bounds: Span): Shift[] {
  const personOf = rosterOf(layer);
  const end = Math.min(bounds.to, endOf(layer));
  const turns: Shift[] = [];
  let turn = turnAt(layer, Math.max(bounds.from, turnStart(layer, 0)));
  if (turn === null) return [];
  for (let from = turnStart(layer, turn); from < end; turn++) {
    const to = turnStart(layer, turn + 1);
    const person = personOf(turn);
    if (person !== null)
      turns.push({ from, to: Math.min(to, end), person, by: { kind: 'layer', layer: layer.name, turn } });
    from = to;
  }
  return clipped(turns, bounds);
}

/** The spans in which the hours of a layer let it be on call. */
export function onCallIn({ zone, hours }: Pick<Layer, 'zone' | 'hours'>, bounds: Span): Span[] {
  if (hours.length === 0) return [bounds];
  const spans = hours.flatMap(({ days, from, minutes }) => {
    const daysBack = Math.ceil((from + minutes) / DAY_MINUTES) + 1;
    return localDays(zone, bounds, daysBack)
      .filter((day) => days.includes(weekdayOf(day)))
      .map((day) => ({
        from: instantOf(zone, day + from * MINUTE_MS),
        to: instantOf(zone, day + (from + minutes) * MINUTE_MS),
      }));
  });
  return united(clipped(spans, bounds));
}

/** The local days that bounds touch and some before them, as wall times of their midnights. */
function localDays(zone: string, { from, to }: Span, daysBack: number): number[] {
  const first = Math.floor(wallOf(zone, from) / DAY_MS) - daysBack;
  const last = Math.floor(wallOf(zone, to) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * DAY_MS);
}

/** When a layer ends, in epoch ms. */
export function endOf({ zone, until }: Pick<Layer, 'zone' | 'until'>): number {
  return until === null ? Number.POSITIVE_INFINITY : instantOf(zone, until);
}
