import { createHash } from 'node:crypto';
import { canonical } from '../plan-hash.ts';

/** A short name for something too long, or too secret, to be written out: twelve hex digits of its SHA-256. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12);
}
