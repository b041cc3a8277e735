const SMALLEST_MS = 1e11;
const SMALLEST_S = 1e8;

/**
 * Epoch ms of a time as AWS and others write it: ISO 8601 text, or a number of seconds or milliseconds, also as text. Null for
 * what is none, and for the zero time by which Go says "never".
 */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return null;
  const time = /^\d+(?:\.\d+)?$/.test(value) ? fromNumber(Number(value)) : Date.parse(value);
  return time !== null && time > 0 ? time : null;
}

/** A time that cannot be after the message that tells it: one that is nonsensical must not outrank every later one. */
export function timeUntil(value: unknown, latest: number): number | null {
  const time = timeOf(value);
  return time !== null && time <= latest ? time : null;
}

function fromNumber(value: number): number | null {
  if (value >= SMALLEST_MS && value < 1e14) return Math.round(value);
  return value >= SMALLEST_S && value < SMALLEST_MS ? Math.round(value * 1_000) : null;
}
