import { tzOffset } from '@date-fns/tz';
import type { WallTime } from '../domain/rotation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Days kept per zone: some eleven years. */
const DAYS_KNOWN = 4_000;

/** Whether this names an IANA zone that the runtime knows. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a zone show at a moment (epoch ms). */
export function wallOf(zone: string, at: number): WallTime {
  return at + offsetAt(zone, at);
}

/**
 * When the clocks of a zone show this, in epoch ms. A time that they show twice is the first of the two moments; one that they never show,
 * being skipped, is the first moment after the skip. So the order of wall times is kept: none is earlier than one before it.
 */
export function instantOf(zone: string, wall: WallTime): number {
  const day = Math.floor(wall / DAY_MS);
  // Offsets lie between -12 h and +14 h, so that the moment lies between these four midnights.
  const offsets = new Set([-1, 0, 1, 2].map((days) => offsetAtMidnight(zone, day + days)));
  const moments = [...offsets].map((offset) => wall - offset).filter((at) => wallOf(zone, at) === wall);
  return moments.length > 0 ? Math.min(...moments) : endOfSkip(zone, wall);
}

/** Within these bounds the clocks are set forward once, over `wall`: the moment at which they are. */
function endOfSkip(zone: string, wall: WallTime): number {
  let before = wall - 15 * HOUR_MS;
  let after = wall + 13 * HOUR_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallOf(zone, middle) >= wall) after = middle;
    else before = middle;
  }
  return after;
}

/** No zone sets its clocks twice within a day, so a day with one offset at both ends has it throughout. */
function offsetAt(zone: string, at: number): number {
  const day = Math.floor(at / DAY_MS);
  const offset = offsetAtMidnight(zone, day);
  return offset === offsetAtMidnight(zone, day + 1) ? offset : exactOffset(zone, at);
}

const known = new Map<string, Map<number, number>>();

/** Asking Intl is slow, and a year of shifts asks for the same days again and again. */
function offsetAtMidnight(zone: string, day: number): number {
  const days = known.get(zone) ?? new Map<number, number>();
  const offset = days.get(day) ?? exactOffset(zone, day * DAY_MS);
  if (days.size >= DAYS_KNOWN) days.clear();
  known.set(zone, days.set(day, offset));
  return offset;
}

function exactOffset(zone: string, at: number): number {
  return Math.round(tzOffset(zone, new Date(at)) * MINUTE_MS);
}

const WALL_TEXT = /^\d{4}-\d\d-\d\d(?:T(?:[01]\d|2[0-3]):[0-5]\d)?$/;

/** `2026-11-23`, its midnight, or `2026-11-23T09:00`; `null` for anything else, days that no calendar has included. */
export function parseWall(text: string): WallTime | null {
  if (!WALL_TEXT.test(text)) return null;
  const wall = Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`);
  return Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== text.slice(0, 10) ? null : wall;
}

/** The shortest text that `parseWall` reads as this time, in whole minutes. */
export function wallText(wall: WallTime): string {
  const text = new Date(wall).toISOString().slice(0, 16);
  return text.endsWith('T00:00') ? text.slice(0, 10) : text;
}

/** A wall time without its seconds: rotations go by minutes. */
export function wholeMinute(wall: WallTime): WallTime {
  return Math.floor(wall / MINUTE_MS) * MINUTE_MS;
}

/** The ISO weekday of a wall time, 1 is Monday. */
export function weekdayOf(wall: WallTime): number {
  return new Date(wall).getUTCDay() || 7;
}
