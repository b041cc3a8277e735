import type { Layer, Override, Rotation } from '../../src/domain/rotation.ts';
import { parseWall } from '../../src/oncall/zone.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;
export const [ANA, BEN, CAT, DAN] = ['U0ANA', 'U0BEN', 'U0CAT', 'U0DAN'] as const;

/** A Monday at 09:00 in Berlin. */
export const T0 = Date.parse('2026-11-23T09:00+01:00');

export function wall(text: string): number {
  const time = parseWall(text);
  if (time === null) throw new Error(`${text} is no local time`);
  return time;
}

export function at(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is no moment`);
  return time;
}

/** Weekly from Monday 09:00 in Berlin, Ana first. */
export function layer(changes: Partial<Layer> = {}, ...people: string[]): Layer {
  const names = people.length === 0 ? [ANA, BEN] : people;
  return {
    name: 'layer-1',
    zone: 'Europe/Berlin',
    seats: names.map((person) => ({ person, from: null, until: null })),
    turnMs: WEEK,
    start: wall('2026-11-23T09:00'),
    until: null,
    hours: [],
    ...changes,
  };
}

export function rotation(...layers: Layer[]): Rotation {
  return {
    name: 'payments',
    title: 'Payments',
    zone: 'Europe/Berlin',
    layers: layers.length === 0 ? [layer()] : layers,
    mayHaveGaps: false,
    calendar: null,
    group: null,
  };
}

export function override(from: number, to: number, changes: Partial<Override> = {}): Override {
  return { id: 'o1', rotation: 'payments', person: DAN, by: DAN, from, to, madeAt: 1, note: '', ...changes };
}
