import type { Layer, Override, Reason, Rotation, Shift, Span } from '../domain/rotation.ts';
import { rosterOf } from './roster.ts';
import { byTime, clipped, laidOver, without } from './spans.ts';
import { onCallIn, piecesOf, turnAt } from './turns.ts';

/** Who is on call, and why. */
export interface OnCall {
  readonly person: string;
  readonly by: Reason;
}

/** Who is on call at a moment (epoch ms), or `null`: nobody. An override that covers it decides, else the first layer that has somebody. */
export function whoIsOnCall(rotation: Rotation, overrides: readonly Override[], at: number): OnCall | null {
  const override = weakestFirst(rotation, overrides).findLast(({ from, to }) => from <= at && at < to);
  if (override) return { person: override.person, by: { kind: 'override', id: override.id } };
  for (const layer of rotation.layers) {
    const onCall = inLayer(layer, at);
    if (onCall) return onCall;
  }
  return null;
}

function inLayer(layer: Layer, at: number): OnCall | null {
  const turn = turnAt(layer, at);
  if (turn === null || onCallIn(layer, { from: at, to: at + 1 }).length === 0) return null;
  const person = rosterOf(layer)(turn);
  return person === null ? null : { person, by: { kind: 'layer', layer: layer.name, turn } };
}

/**
 * Who is on call from one moment to another (epoch ms), in order: shifts never overlap, and between two that do not touch nobody is on call.
 * The first and the last are cut at the bounds. One person's turns that follow each other are shifts of their own.
 */
export function shifts(rotation: Rotation, overrides: readonly Override[], from: number, to: number): Shift[] {
  const bounds = { from, to };
  if (from >= to) return [];
  const layers = rotation.layers.toReversed().map((layer) => piecesOf(layer, bounds));
  const covers = clipped(weakestFirst(rotation, overrides), bounds).map((override): Shift[] => [
    { from: override.from, to: override.to, person: override.person, by: { kind: 'override', id: override.id } },
  ]);
  return [...layers, ...covers].reduce<Shift[]>((below, top) => laidOver(below, top), []);
}

/** The spans from one moment to another in which nobody is on call, in order. */
export function gaps(rotation: Rotation, overrides: readonly Override[], from: number, to: number): Span[] {
  return from < to ? without([{ from, to }], shifts(rotation, overrides, from, to)) : [];
}

/** The overrides of a rotation that last any time; each is stronger than those before it. */
export function weakestFirst({ name }: Pick<Rotation, 'name'>, overrides: readonly Override[]): Override[] {
  return overrides
    .filter(({ rotation, from, to }) => rotation === name && from < to)
    .sort((a, b) => a.madeAt - b.madeAt || byTime(a, b) || (a.id < b.id ? -1 : 1));
}
