import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far the clock of a sender that signs the time may be off, as Slack has it. */
const MAX_SKEW_MS = 300_000;

/** Whether two secrets are the same. How long it takes tells nothing of either: hashes of equal length are compared. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The secret that a request presents: `Authorization: Bearer <secret>`, or the password of `Basic`. Null without one. */
export function presentedSecret(
  { authorization }: IncomingHttpHeaders,
  schemes: 'bearer' | 'bearer or basic',
): string | null {
  const found = /^(?<scheme>Bearer|Basic) +(?<value>[\x20-\x7e\x80-\xff]{1,4096})$/i.exec(authorization ?? '')?.groups;
  if (!found?.value) return null;
  if (found.scheme?.toLowerCase() === 'bearer') return found.value;
  if (schemes === 'bearer') return null;
  const pair = Buffer.from(found.value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? null : pair.slice(colon + 1);
}

/** Whether `signature` is the HMAC-SHA256 of the parts, in hex. */
export function isSigned(signature: string, secret: string, ...parts: readonly (string | Buffer)[]): boolean {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return isSame(signature.toLowerCase(), hmac.digest('hex'));
}

/** Whether a signed time, in epoch seconds as text, is now: an older message may be a replay. */
export function isTimely(timestamp: string, now: number): boolean {
  return /^\d{9,11}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1_000) <= MAX_SKEW_MS;
}

/** A header that is there once. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
