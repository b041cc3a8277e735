import { instantOf, isZone, wallOf } from '../oncall/zone.ts';

/** One time of an event, as `node-ical` writes it out. */
export interface Instance {
  readonly start: Date;
  /** As long after `start` as the event itself lasts, in milliseconds. */
  readonly end: Date;
  readonly event: {
    readonly start?: (Date & { readonly tz?: string }) | undefined;
    readonly end?: Date | undefined;
    readonly duration?: unknown;
  };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * When it ends, by the clocks of its zone: what lasts from nine to nine does so in each week, also in that in which the clocks are changed, as
 * calendars show it. Days and weeks of a DURATION are days on the clock, its hours are hours. RFC 5545 §3.8.5.3
 */
export function endOf({ start, end, event }: Instance): Date {
  const zone = event.start?.tz;
  if (!event.start || zone === undefined || !isZone(zone)) return end;
  const later = (wallMs: number) => instantOf(zone, wallOf(zone, start.getTime()) + wallMs);
  const length = lengthIn(event.duration);
  if (length) return length.daysMs === 0 ? end : new Date(later(length.daysMs) + length.exactMs);
  const isItself = start.getTime() === event.start.getTime();
  if (!event.end || isItself) return end;
  return new Date(later(wallOf(zone, event.end.getTime()) - wallOf(zone, event.start.getTime())));
}

const DURATION = /^\+?P(?:(?<w>\d+)W)?(?:(?<d>\d+)D)?(?:T(?:(?<h>\d+)H)?(?:(?<m>\d+)M)?(?:(?<s>\d+)S)?)?$/i;

/** `P1W`, `P2DT12H`; `null` for what is no duration. */
function lengthIn(duration: unknown): { readonly daysMs: number; readonly exactMs: number } | null {
  const parts = typeof duration === 'string' ? DURATION.exec(duration)?.groups : undefined;
  if (!parts) return null;
  const { w = 0, d = 0, h = 0, m = 0, s = 0 } = parts;
  const exactMs = Number(h) * HOUR_MS + Number(m) * 60_000 + Number(s) * 1_000;
  return { daysMs: (Number(w) * 7 + Number(d)) * DAY_MS, exactMs };
}
